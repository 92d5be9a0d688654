// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * stream - one TCP connection whose every byte is known to both ends.
 *
 * usage: stream send|receive ADDRESS PORT SEED SECONDS [STALL_SECONDS]
 *
 * The bytes come from the seed, and the end that receives them compares all
 * of them, so that damage, loss and reordering below TCP's checksum are seen
 * and their position is known. What is found goes to standard output, one
 * KEY=VALUE a line, each key with the mode before it:
 *
 *	second		bytes of one second, once a second
 *	bytes		bytes in all
 *	ms		how long it took
 *	rate		10^6 bytes a second
 *	pause_ms	the longest time without a byte
 *	bad		position of the first wrong byte, or -1
 *
 * SIGTERM ends it early and in order: all that was sent until then arrives.
 *
 * The exit code is 0 if all bytes arrived and were right, 1 if not, and 2 if
 * there was no connection, or nothing moved for STALL_SECONDS.
 *
 * The protocol, spoken by the lab's peer on the other side:
 *
 *	1. the guest sends the line "send SEED SECONDS" or "receive SEED SECONDS";
 *	2. the sender sends bytes for that time and then shuts its half down; if
 *	   that is the peer, the line "enough" has it stop before;
 *	3. the receiver answers with the line "BYTES BAD", as above.
 *
 * The bytes: 64 KiB of splitmix64 numbers (little endian), repeated, each
 * time with all numbers changed by the count of repetitions times a constant.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_BYTES	65536
#define BLOCK_WORDS	(BLOCK_BYTES / 8)
#define GOLDEN		0x9e3779b97f4a7c15ULL

enum { RIGHT = 0, WRONG = 1, BROKEN = 2 };

/* What both ends know of the bytes. */
struct pattern {
	uint64_t table[BLOCK_WORDS];
	uint64_t block[BLOCK_WORDS];
	uint64_t number;	/* of the block that is in @block */
};

/* What is measured on the way. */
struct meter {
	const char *mode;
	uint64_t begin, moved, reported;	/* in ms */
	uint64_t bytes, before;
	uint64_t pause;
};

static struct pattern pattern;
static unsigned char buffer[BLOCK_BYTES];
static volatile sig_atomic_t enough;

static void on_term(int signal)
{
	(void)signal;
	enough = 1;
}

/* System calls are to end with it. */
static void catch_term(void)
{
	struct sigaction action = { .sa_handler = on_term };

	sigaction(SIGTERM, &action, NULL);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += GOLDEN;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static void pattern_fill(struct pattern *p, uint64_t number)
{
	uint64_t change = number * GOLDEN;

	for (int i = 0; i < BLOCK_WORDS; i++)
		p->block[i] = p->table[i] ^ change;
	p->number = number;
}

static void pattern_init(struct pattern *p, uint64_t seed)
{
	for (int i = 0; i < BLOCK_WORDS; i++)
		p->table[i] = splitmix64(&seed);
	pattern_fill(p, 0);
}

/* The pattern's bytes from @position on, and how many of them @p holds. */
static const unsigned char *pattern_at(struct pattern *p, uint64_t position,
				       size_t *there)
{
	size_t offset = position % BLOCK_BYTES;

	if (position / BLOCK_BYTES != p->number)
		pattern_fill(p, position / BLOCK_BYTES);
	*there = BLOCK_BYTES - offset;
	return (const unsigned char *)p->block + offset;
}

/* The position of the first wrong byte, or -1. */
static int64_t pattern_check(struct pattern *p, uint64_t position,
			     const unsigned char *bytes, size_t length)
{
	while (length) {
		size_t part;
		const unsigned char *right = pattern_at(p, position, &part);

		if (part > length)
			part = length;
		if (memcmp(right, bytes, part)) {
			while (*right == *bytes)
				right++, bytes++, position++;
			return position;
		}
		position += part;
		bytes += part;
		length -= part;
	}
	return -1;
}

static void meter_start(struct meter *m, const char *mode)
{
	memset(m, 0, sizeof(*m));
	m->mode = mode;
	m->begin = m->moved = m->reported = now_ms();
}

static void meter_move(struct meter *m, size_t bytes)
{
	uint64_t now = now_ms();

	if (now - m->moved > m->pause)
		m->pause = now - m->moved;
	m->moved = now;
	m->bytes += bytes;
	if (now - m->reported >= 1000) {
		printf("%s.second=%llu\n", m->mode,
		       (unsigned long long)(m->bytes - m->before));
		m->reported = now;
		m->before = m->bytes;
	}
}

static void meter_report(struct meter *m, long long bad)
{
	uint64_t ms = m->moved - m->begin;

	printf("%s.bytes=%llu\n", m->mode, (unsigned long long)m->bytes);
	printf("%s.ms=%llu\n", m->mode, (unsigned long long)ms);
	printf("%s.rate=%.2f\n", m->mode, m->bytes / 1000.0 / (ms ? ms : 1));
	printf("%s.pause_ms=%llu\n", m->mode, (unsigned long long)m->pause);
	printf("%s.bad=%lld\n", m->mode, bad);
}

static int broken(const char *what)
{
	fprintf(stderr, "stream: %s: %s\n", what, strerror(errno));
	return BROKEN;
}

/* Timeouts on the socket hold for connecting, too. */
static int connected(const char *address, int port, int stall)
{
	struct timeval limit = { .tv_sec = stall };
	struct sockaddr_in peer = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &peer.sin_addr) != 1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&peer, sizeof(peer)) < 0)
		return -1;
	return fd;
}

/* Reads the line that ends the conversation; whether it came. */
static int read_line(int fd, char *line, size_t size)
{
	size_t length = 0;

	while (length + 1 < size) {
		ssize_t got = read(fd, line + length, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		if (line[length] == '\n')
			break;
		length++;
	}
	line[length] = '\0';
	return 1;
}

static int send_stream(int fd, struct meter *m, int seconds)
{
	uint64_t end = m->begin + seconds * 1000ULL;
	unsigned long long bytes;
	long long bad;
	char line[64];

	while (!enough && m->moved < end) {
		size_t there;
		const unsigned char *from = pattern_at(&pattern, m->bytes, &there);
		ssize_t sent = write(fd, from, there);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0) {
			int result = broken("write");

			meter_report(m, -1);
			return result;
		}
		meter_move(m, sent);
	}
	shutdown(fd, SHUT_WR);
	if (!read_line(fd, line, sizeof(line)) ||
	    sscanf(line, "%llu %lld", &bytes, &bad) != 2) {
		meter_report(m, -1);
		return broken("no answer");
	}
	/* What counts is when the last byte had arrived. */
	meter_move(m, 0);
	meter_report(m, bad);
	return bad < 0 && bytes == m->bytes ? RIGHT : WRONG;
}

static int receive_stream(int fd, struct meter *m)
{
	int64_t bad = -1;
	int told = 0;

	for (;;) {
		ssize_t got;

		if (enough && !told)
			told = dprintf(fd, "enough\n") > 0;
		got = read(fd, buffer, sizeof(buffer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int result = broken("read");

			meter_report(m, bad);
			return result;
		}
		if (got == 0)
			break;
		if (bad < 0)
			bad = pattern_check(&pattern, m->bytes, buffer, got);
		meter_move(m, got);
	}
	dprintf(fd, "%llu %lld\n", (unsigned long long)m->bytes, (long long)bad);
	meter_report(m, bad);
	return bad < 0 ? RIGHT : WRONG;
}

int main(int argc, char **argv)
{
	struct meter meter;
	int fd, seconds, stall, sends;
	uint64_t seed;

	if (argc < 6 || argc > 7) {
		fprintf(stderr, "usage: stream send|receive ADDRESS PORT SEED SECONDS [STALL_SECONDS]\n");
		return BROKEN;
	}
	sends = !strcmp(argv[1], "send");
	seed = strtoull(argv[4], NULL, 10);
	seconds = atoi(argv[5]);
	stall = argc > 6 ? atoi(argv[6]) : 30;
	signal(SIGPIPE, SIG_IGN);
	catch_term();
	setvbuf(stdout, NULL, _IOLBF, 0);
	pattern_init(&pattern, seed);
	fd = connected(argv[2], atoi(argv[3]), stall);
	if (fd < 0)
		return broken("connect");
	if (dprintf(fd, "%s %llu %d\n", argv[1], (unsigned long long)seed, seconds) < 0)
		return broken("write");
	meter_start(&meter, argv[1]);
	return sends ? send_stream(fd, &meter, seconds) : receive_stream(fd, &meter);
}
