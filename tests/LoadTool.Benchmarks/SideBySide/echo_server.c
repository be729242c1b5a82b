/* The target of the side-by-side bench: a WebSocket echo server on one thread of epoll, as small as it can be while it stays honest.
   It answers the upgrade properly, unmasks, and sends every frame back. Usage: echo_server; prints its port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_DESCRIPTORS 65536
#define BUFFER 65536

static struct connection { unsigned char *kept; int kept_bytes; int upgraded; } connections[MAX_DESCRIPTORS];
static unsigned char input[2 * BUFFER], output[2 * BUFFER];

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void sha1(const unsigned char *data, int length, unsigned char hash[20])
{
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    unsigned char padded[192] = {0};
    int blocks = (length + 8) / 64 + 1;
    memcpy(padded, data, length);
    padded[length] = 0x80;
    for (int i = 0; i < 8; i++)
        padded[blocks * 64 - 1 - i] = (unsigned char)((uint64_t)length * 8 >> 8 * i);
    for (int b = 0; b < blocks; b++) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            const unsigned char *p = padded + b * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++)
            w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], bb = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? (bb & c) | (~bb & d) : i < 40 ? bb ^ c ^ d : i < 60 ? (bb & c) | (bb & d) | (c & d) : bb ^ c ^ d;
            uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
            uint32_t t = rotate(a, 5) + f + e + k + w[i];
            e = d; d = c; c = rotate(bb, 30); bb = a; a = t;
        }
        h[0] += a; h[1] += bb; h[2] += c; h[3] += d; h[4] += e;
    }
    for (int i = 0; i < 20; i++)
        hash[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void base64(const unsigned char *data, int length, char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int at = 0;
    for (int i = 0; i < length; i += 3) {
        uint32_t v = (uint32_t)data[i] << 16 | (i + 1 < length ? data[i + 1] << 8 : 0) | (i + 2 < length ? data[i + 2] : 0);
        for (int j = 0; j < 4; j++)
            text[at++] = i + j <= length ? letters[v >> (18 - 6 * j) & 63] : '=';
    }
    text[at] = 0;
}

static void drop(int descriptor)
{
    free(connections[descriptor].kept);
    memset(&connections[descriptor], 0, sizeof(struct connection));
    close(descriptor);
}

static int upgrade(int descriptor, char *head)
{
    char *key = strcasestr(head, "Sec-WebSocket-Key:");
    if (!key)
        return -1;
    key += 18;
    while (*key == ' ')
        key++;
    unsigned char salted[60], hash[20];
    char accept[32], answer[256];
    memcpy(salted, key, 24);
    memcpy(salted + 24, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
    sha1(salted, 60, hash);
    base64(hash, 20, accept);
    int length = snprintf(answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    return send(descriptor, answer, length, MSG_NOSIGNAL) == length ? 0 : -1;
}

/* Echoes the whole frames in data; returns how many bytes it used, or -1 at a Close frame. */
static int echo(int descriptor, unsigned char *data, int length)
{
    int used = 0, out = 0;
    while (length - used >= 6) {
        unsigned char *frame = data + used;
        int size = frame[1] & 127, header = 6;
        if (size == 126) {
            if (length - used < 8)
                break;
            size = frame[2] << 8 | frame[3];
            header = 8;
        }
        if (size == 127 || (frame[0] & 15) == 8)
            return -1;
        if (length - used < header + size)
            break;
        unsigned char *mask = frame + header - 4, *payload = frame + header;
        output[out++] = frame[0];
        if (size > 125) {
            output[out++] = 126;
            output[out++] = size >> 8;
            output[out++] = size;
        } else {
            output[out++] = size;
        }
        for (int i = 0; i < size; i++)
            output[out++] = payload[i] ^ mask[i & 3];
        used += header + size;
    }
    if (out > 0 && send(descriptor, output, out, MSG_NOSIGNAL) != out)
        return -1;
    return used;
}

static void receive(int descriptor)
{
    struct connection *c = &connections[descriptor];
    memcpy(input, c->kept, c->kept_bytes);
    ssize_t read_bytes = recv(descriptor, input + c->kept_bytes, BUFFER, 0);
    if (read_bytes <= 0) {
        if (read_bytes == 0 || errno != EAGAIN)
            drop(descriptor);
        return;
    }
    int length = c->kept_bytes + (int)read_bytes, used = 0;
    if (!c->upgraded) {
        input[length] = 0;
        char *end = strstr((char *)input, "\r\n\r\n");
        if (end) {
            if (upgrade(descriptor, (char *)input) < 0) {
                drop(descriptor);
                return;
            }
            c->upgraded = 1;
            used = (int)(end + 4 - (char *)input);
        }
    }
    if (c->upgraded) {
        int echoed = echo(descriptor, input + used, length - used);
        if (echoed < 0) {
            drop(descriptor);
            return;
        }
        used += echoed;
    }
    c->kept_bytes = length - used;
    free(c->kept);
    c->kept = NULL;
    if (c->kept_bytes > 0) {
        c->kept = malloc(c->kept_bytes);
        memcpy(c->kept, input + used, c->kept_bytes);
    }
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), one = 1;
    struct epoll_event events[512], interest = {.events = EPOLLIN, .data.fd = listener};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 65535) || getsockname(listener, (struct sockaddr *)&address, &length))
        return 1;
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &interest);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(epoll, events, 512, -1);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor != listener) {
                receive(descriptor);
                continue;
            }
            while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (descriptor >= MAX_DESCRIPTORS) {
                    close(descriptor);
                    continue;
                }
                setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                interest.data.fd = descriptor;
                epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &interest);
            }
        }
    }
}
