/* The floor of the benches: 64-byte text messages on one thread of epoll, one read and one send per round trip.
   Usage: generator PORT CONNECTIONS SECONDS; a closed loop: prints round_trips user_us system_us connect_seconds resident_bytes_per_connection
          generator PORT CONNECTIONS SECONDS RATE; message k is due at k / RATE, on connection k modulo CONNECTIONS, whatever became of those before:
          prints round_trips p50_us p99_us max_us, from the moment each was due */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD 64
#define ECHO_BYTES (2 + PAYLOAD)
#define IN_FLIGHT 128
#define UNANSWERED 1024

static unsigned char buffer[65536], frame[6 + PAYLOAD];
static uint32_t random_state = 2463534242u;
static struct { int received; int open; long long sent, answered; double due[UNANSWERED]; } *state;

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

static int by_value(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

/* An open loop on connections that are open already. */
static int paced(int epoll, const int *descriptors, int connections, double limit, double rate)
{
    long long planned = (long long)(limit * rate), sent = 0, answered = 0;
    double *latency = malloc(planned * sizeof *latency), began;
    struct epoll_event events[512];
    prctl(PR_SET_TIMERSLACK, 1);
    began = seconds();
    while (answered < planned) {
        for (double now = seconds(); sent < planned && began + sent / rate <= now; sent++) {
            int descriptor = descriptors[sent % connections];
            if (state[descriptor].sent - state[descriptor].answered == UNANSWERED)
                return 6;
            state[descriptor].due[state[descriptor].sent++ % UNANSWERED] = began + sent / rate;
            send_message(descriptor);
        }
        double wait = sent < planned ? began + sent / rate - seconds() : 1;
        struct timespec timeout = {.tv_sec = (time_t)(wait > 0 ? wait : 0), .tv_nsec = wait > 0 ? (long)((wait - (time_t)wait) * 1e9) : 0};
        int ready = epoll_pwait2(epoll, events, 512, &timeout, NULL);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
            double now = seconds();
            if (received <= 0)
                return 4;
            state[descriptor].received += (int)received;
            for (; state[descriptor].received >= ECHO_BYTES; state[descriptor].received -= ECHO_BYTES)
                latency[answered++] = now - state[descriptor].due[state[descriptor].answered++ % UNANSWERED];
        }
    }
    qsort(latency, planned, sizeof *latency, by_value);
    printf("%lld %.1f %.1f %.1f\n", answered, latency[planned / 2] * 1e6, latency[planned * 99 / 100] * 1e6, latency[planned - 1] * 1e6);
    return 0;
}

int main(int count, char **arguments)
{
    if (count != 4 && count != 5)
        return 1;
    int port = atoi(arguments[1]), connections = atoi(arguments[2]), opened = 0, begun = 0;
    double limit = atof(arguments[3]), started = seconds(), connected = 0, end = 0;
    long long round_trips = 0;
    int epoll = epoll_create1(0);
    struct epoll_event events[512];
    struct rusage before, after;
    long resident_before = resident();
    int *descriptors = calloc(connections, sizeof *descriptors);
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
                descriptors[opened++] = descriptor;
                continue;
            }
            state[descriptor].received += (int)received;
            while (state[descriptor].received >= ECHO_BYTES) {
                state[descriptor].received -= ECHO_BYTES;
                round_trips++;
                send_message(descriptor);
            }
        }
        if (count == 5 && opened == connections)
            return paced(epoll, descriptors, connections, limit, atof(arguments[4]));
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
