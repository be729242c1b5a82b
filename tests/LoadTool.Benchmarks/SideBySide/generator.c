/* The floor of the side-by-side bench: a closed loop of 64-byte text messages on one thread of epoll, one read and one send per round trip.
   Usage: generator PORT CONNECTIONS SECONDS; prints: round_trips user_us system_us connect_seconds resident_bytes_per_connection */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD 64
#define ECHO_BYTES (2 + PAYLOAD)
#define IN_FLIGHT 128

static unsigned char buffer[65536], frame[6 + PAYLOAD];
static uint32_t random_state = 2463534242u;
static struct { int received; int open; } *state;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static long resident(void)
{
    long pages = 0, all;
    FILE *file = fopen("/proc/self/statm", "r");
    if (fscanf(file, "%ld %ld", &all, &pages) != 2)
        pages = 0;
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void send_message(int descriptor)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    frame[0] = 0x81;
    frame[1] = 0x80 | PAYLOAD;
    memcpy(frame + 2, &random_state, 4);
    for (int i = 0; i < PAYLOAD; i++)
        frame[6 + i] = 'x' ^ frame[2 + (i & 3)];
    if (send(descriptor, frame, sizeof frame, MSG_NOSIGNAL) != sizeof frame)
        exit(3);
}

static void begin_connect(int epoll, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)
        exit(2);
    struct epoll_event interest = {.events = EPOLLOUT, .data.fd = descriptor};
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &interest);
}

static void begin_upgrade(int epoll, int descriptor, int port)
{
    char request[256];
    int length = snprintf(request, sizeof request,
        "GET /echo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", port);
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = descriptor};
    epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &interest);
    if (send(descriptor, request, length, MSG_NOSIGNAL) != length)
        exit(3);
}

int main(int count, char **arguments)
{
    if (count != 4)
        return 1;
    int port = atoi(arguments[1]), connections = atoi(arguments[2]), opened = 0, begun = 0;
    double limit = atof(arguments[3]), started = seconds(), connected = 0, end = 0;
    long long round_trips = 0;
    int epoll = epoll_create1(0);
    struct epoll_event events[512];
    struct rusage before, after;
    long resident_before = resident();
    state = calloc(connections + 1024, sizeof *state);
    while (end == 0 || seconds() < end) {
        for (; begun < connections && begun - opened < IN_FLIGHT; begun++)
            begin_connect(epoll, port);
        int ready = epoll_wait(epoll, events, 512, 1000);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            if (events[i].events & EPOLLOUT) {
                begin_upgrade(epoll, descriptor, port);
                continue;
            }
            ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
            if (received <= 0)
                return 4;
            if (!state[descriptor].open) {
                if (memcmp(buffer, "HTTP/1.1 101", 12) || !memmem(buffer, received, "\r\n\r\n", 4))
                    return 5;
                state[descriptor].open = 1;
                opened++;
                continue;
            }
            state[descriptor].received += (int)received;
            while (state[descriptor].received >= ECHO_BYTES) {
                state[descriptor].received -= ECHO_BYTES;
                round_trips++;
                send_message(descriptor);
            }
        }
        if (end == 0 && opened == connections) {
            connected = seconds() - started;
            for (int descriptor = 0; descriptor < connections + 1024; descriptor++)
                if (state[descriptor].open)
                    send_message(descriptor);
            getrusage(RUSAGE_SELF, &before);
            round_trips = 0;
            end = seconds() + limit;
        }
    }
    getrusage(RUSAGE_SELF, &after);
    printf("%lld %ld %ld %.6f %ld\n", round_trips,
        (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000L + after.ru_utime.tv_usec - before.ru_utime.tv_usec,
        (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000000L + after.ru_stime.tv_usec - before.ru_stime.tv_usec,
        connected, (resident() - resident_before) / connections);
    return 0;
}
