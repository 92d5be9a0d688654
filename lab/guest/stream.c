// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * stream - a TCP connection whose every byte is known to both ends.
 *
 * usage: stream send|receive ADDRESS PORT SEED SECONDS [STALL_SECONDS [PROCESS...]]
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
 * With processes, there is a connection from the network namespace of each of
 * them, and their number stands before the key, too: "send.17.bytes". They
 * take turns, which are so short that what else the machine does is the same
 * for all of them; what is said of time counts a connection's own turns. One
 * more is told of these:
 *
 *	idle_ms		how long the processor had nothing to do
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
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_BYTES	65536
#define BLOCK_WORDS	(BLOCK_BYTES / 8)
#define GOLDEN		0x9e3779b97f4a7c15ULL

/*
 * Where connections take turns: how long one is, and what a peer may have on
 * its way when it ends. That still comes, in the turn of another.
 */
#define TURN_US		500000
#define TURN_BYTES	(128 << 10)

enum { RIGHT = 0, WRONG = 1, BROKEN = 2, GOES_ON };

/* What both ends know of the bytes. */
struct pattern {
	uint64_t table[BLOCK_WORDS];
	uint64_t block[BLOCK_WORDS];
	uint64_t number;	/* of the block that is in @block */
};

/* What is measured on the way, in us. */
struct meter {
	char name[32];
	uint64_t moved, second, begin, idle_begin;	/* of this turn, from now_us() */
	uint64_t spent, idle;				/* in the turns before */
	uint64_t bytes, before, pause;
};

/* One connection; its turns are over when @result is not GOES_ON. */
struct stream {
	int fd, sends, told, result;
	int64_t bad;
	struct meter meter;
	struct pattern pattern;
};

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

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

/* How long the processors have had nothing to do. */
static uint64_t idle_us(void)
{
	double up, idle = 0;
	FILE *file = fopen("/proc/uptime", "r");

	if (file && fscanf(file, "%lf %lf", &up, &idle) != 2)
		idle = 0;
	if (file)
		fclose(file);
	return idle * 1e6;
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

static void meter_turn(struct meter *m)
{
	m->begin = m->moved = m->second = now_us();
	m->before = m->bytes;
	m->idle_begin = idle_us();
}

static void meter_rest(struct meter *m)
{
	m->spent += now_us() - m->begin;
	m->idle += idle_us() - m->idle_begin;
}

static void meter_move(struct meter *m, size_t bytes)
{
	uint64_t now = now_us();

	if (now - m->moved > m->pause)
		m->pause = now - m->moved;
	m->moved = now;
	m->bytes += bytes;
	if (now - m->second >= 1000000) {
		printf("%s.second=%llu\n", m->name,
		       (unsigned long long)(m->bytes - m->before));
		m->second = now;
		m->before = m->bytes;
	}
}

static void meter_report(struct meter *m, long long bad, int turns)
{
	printf("%s.bytes=%llu\n", m->name, (unsigned long long)m->bytes);
	printf("%s.ms=%llu\n", m->name, (unsigned long long)m->spent / 1000);
	printf("%s.rate=%.2f\n", m->name, (double)m->bytes / (m->spent ? m->spent : 1));
	printf("%s.pause_ms=%llu\n", m->name, (unsigned long long)m->pause / 1000);
	printf("%s.bad=%lld\n", m->name, bad);
	if (turns)
		printf("%s.idle_ms=%llu\n", m->name, (unsigned long long)m->idle / 1000);
}

static int broken(const char *what)
{
	fprintf(stderr, "stream: %s: %s\n", what, strerror(errno));
	return BROKEN;
}

/* Makes a process's network namespace this one's. */
static int enter(const char *process)
{
	char path[64];
	int fd, result;

	snprintf(path, sizeof(path), "/proc/%s/ns/net", process);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	result = setns(fd, CLONE_NEWNET);
	close(fd);
	return result;
}

/* Timeouts on the socket hold for connecting, too. */
static int connected(const char *address, int port, int stall, int turns)
{
	struct timeval limit = { .tv_sec = stall };
	struct sockaddr_in peer = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int size = TURN_BYTES;

	if (fd < 0 || inet_pton(AF_INET, address, &peer.sin_addr) != 1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (turns)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
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

/* Waits until the other end has all that was sent, for as long as a turn. */
static void wait_until_sent(struct stream *s)
{
	int waiting;

	while (!enough && !ioctl(s->fd, SIOCOUTQ, &waiting) && waiting &&
	       now_us() - s->meter.moved < TURN_US)
		usleep(200);
}

static int end_of_sending(struct stream *s)
{
	unsigned long long bytes;
	char line[64];
	long long bad;

	shutdown(s->fd, SHUT_WR);
	if (!read_line(s->fd, line, sizeof(line)) ||
	    sscanf(line, "%llu %lld", &bytes, &bad) != 2)
		return broken("no answer");
	s->bad = bad;
	/* What counts is when the last byte had arrived. */
	meter_move(&s->meter, 0);
	return bad < 0 && bytes == s->meter.bytes ? RIGHT : WRONG;
}

/* Sends until @turn_end; the whole is over at @end. */
static int send_until(struct stream *s, uint64_t turn_end, uint64_t end)
{
	struct meter *m = &s->meter;

	while (!enough && m->moved < turn_end) {
		size_t there;
		const unsigned char *from = pattern_at(&s->pattern, m->bytes, &there);
		ssize_t sent = write(s->fd, from, there);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return broken("write");
		meter_move(m, sent);
	}
	if (enough || m->moved >= end)
		return end_of_sending(s);
	wait_until_sent(s);
	return GOES_ON;
}

/* Receives until @turn_end, or until the peer has sent all. */
static int receive_until(struct stream *s, uint64_t turn_end)
{
	struct meter *m = &s->meter;

	while (m->moved < turn_end) {
		ssize_t got;

		if (enough && !s->told)
			s->told = dprintf(s->fd, "enough\n") > 0;
		got = read(s->fd, buffer, sizeof(buffer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return broken("read");
		if (got == 0) {
			dprintf(s->fd, "%llu %lld\n", (unsigned long long)m->bytes,
				(long long)s->bad);
			return s->bad < 0 ? RIGHT : WRONG;
		}
		if (s->bad < 0)
			s->bad = pattern_check(&s->pattern, m->bytes, buffer, got);
		meter_move(m, got);
	}
	return GOES_ON;
}

/* One turn of a connection, which is all of it if it is the only one. */
static void take_turn(struct stream *s, uint64_t end, int turns)
{
	struct meter *m = &s->meter;
	uint64_t turn_end;

	meter_turn(m);
	if (s->sends) {
		turn_end = turns && m->begin + TURN_US < end ? m->begin + TURN_US : end;
		s->result = send_until(s, turn_end, end);
	} else {
		turn_end = turns ? m->begin + TURN_US : UINT64_MAX;
		s->result = receive_until(s, turn_end);
	}
	meter_rest(m);
}

int main(int argc, char **argv)
{
	int seconds, stall, turns, count, going, worst = RIGHT;
	struct stream *streams;
	uint64_t seed, end;

	if (argc < 6) {
		fprintf(stderr, "usage: stream send|receive ADDRESS PORT SEED SECONDS [STALL_SECONDS [PROCESS...]]\n");
		return BROKEN;
	}
	seed = strtoull(argv[4], NULL, 10);
	seconds = atoi(argv[5]);
	stall = argc > 6 ? atoi(argv[6]) : 30;
	turns = argc > 7;
	count = going = turns ? argc - 7 : 1;
	streams = calloc(count, sizeof(*streams));
	if (!streams)
		return broken("memory");
	signal(SIGPIPE, SIG_IGN);
	catch_term();
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (struct stream *s = streams; s < streams + count; s++) {
		const char *process = turns ? argv[7 + (s - streams)] : "";

		s->bad = -1;
		s->sends = !strcmp(argv[1], "send");
		s->result = GOES_ON;
		snprintf(s->meter.name, sizeof(s->meter.name), turns ? "%s.%s" : "%s%s",
			 argv[1], process);
		pattern_init(&s->pattern, seed);
		if (turns && enter(process) < 0)
			return broken(process);
		s->fd = connected(argv[2], atoi(argv[3]), stall, turns);
		if (s->fd < 0)
			return broken("connect");
		if (dprintf(s->fd, "%s %llu %d\n", argv[1], (unsigned long long)seed,
			    seconds) < 0)
			return broken("write");
	}
	end = now_us() + seconds * 1000000ULL;
	while (going) {
		for (struct stream *s = streams; s < streams + count; s++) {
			if (s->result != GOES_ON)
				continue;
			take_turn(s, end, turns);
			going -= s->result != GOES_ON;
		}
	}
	for (struct stream *s = streams; s < streams + count; s++) {
		meter_report(&s->meter, s->bad, turns);
		if (s->result > worst)
			worst = s->result;
	}
	return worst;
}
