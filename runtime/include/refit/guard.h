/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guarded driver and the guard say to each other.
 *
 * A guarded driver is its own unmodified object files plus one file that "refit guard build" generates. That file holds
 * the driver's domain, an entry for each of its functions whose address the kernel may come to know, and an import
 * for each kernel function whose effects are tracked. All kernel-to-driver calls go through entries, the tracked
 * driver-to-kernel calls through imports.
 */
#ifndef REFIT_GUARD_H
#define REFIT_GUARD_H

#include <linux/compiler.h>
#include <linux/types.h>

#ifndef CONFIG_SMP
#error "the guard is for kernels with CONFIG_SMP"
#endif

struct module;
struct refit_entry;
struct refit_map;
struct refit_objects;
struct refit_state;

/* A lock that a call into a driver has taken and not released. */
struct refit_held {
	void *lock;
	void (*release)(void *lock);
};

#define REFIT_HELD_MAX	6

/* One call of the kernel into a driver, on the stack of whoever calls, from entry to return. */
struct refit_crossing {
	unsigned long arguments[6];	/* as passed in registers */
	unsigned long result;		/* what the caller gets */
	const struct refit_entry *entry;
	struct refit_crossing *outer;	/* the one that this one was called from, in the same context */
	struct refit_held held[REFIT_HELD_MAX];
	unsigned long flags;		/* of the processor, at entry */
	/* The watchdog's. Times are of the time-stamp counter, which is quicker to read than a clock. */
	u64 looked_at;			/* first; 0 if never */
	u64 ran;			/* ns of the task's own time, then */
	u64 atomic_since;		/* 0 if the last look didn't find it so */
	int preemption;			/* preempt_count at entry */
	int rcu;			/* nesting of read sides at entry */
	int pagefaults;			/* nesting of sections that may not fault a page in, at entry */
	u8 held_count;
	u8 lent;			/* a bit for each argument that is lent for the call */
	bool aborted;			/* the driver did not return */
	bool refused;			/* the driver was not called */
	bool completed;			/* a poll has told the kernel that it is through */
};

/* A function of the driver that the kernel may call. */
struct refit_entry {
	unsigned long target;		/* the function itself; the kernel has the address of a thunk */
	struct refit_domain *domain;
	const char *name;
	unsigned long failure;		/* the result when the driver failed or is stopped */
	bool request;			/* the kernel asks for something here, as opposed to a callback that the driver asked for */
	unsigned int patience;		/* seconds that a caller may be kept waiting; 0 if it is the usual time */
	/* Each may be absent. They run outside the driver: */
	void (*before)(struct refit_crossing *);	/* lends arguments */
	void (*after)(struct refit_crossing *);		/* takes them back; the driver returned or was aborted */
	void (*refused)(struct refit_crossing *);	/* answers for a driver that is stopped */
};

/* Part of the driver's memory, as linked. */
struct refit_section {
	void *start;
	void *end;
};

/* A guarded driver. */
struct refit_domain {
	unsigned long text;			/* of the module; set by the guard */
	unsigned long text_size;
	const char *name;
	struct module *module;
	struct refit_section sections[2];	/* its own .data and .bss, and nothing of the generated file */
	int (*init)(void);			/* thunks of what module_init and module_exit name; each may be absent */
	void (*exit)(void);
	u64 __percpu *checks;			/* how many stores were looked at */
	struct refit_map *map;			/* what the driver may write */
	/* What follows belongs to the guard. */
	bool stopped;				/* nothing of the driver may run on */
	struct refit_objects *objects;		/* what it has */
	unsigned long written;			/* which parts of packets the driver writes; see packet.h */
	struct refit_state *state;
};

/* Runs the driver's init, guarded. An error leaves nothing behind. */
int refit_domain_load(struct refit_domain *domain);
/* Runs the driver's exit, and releases what it left. */
void refit_domain_unload(struct refit_domain *domain);

/* One of the compiler's or the headers' own checks has failed in the driver: its stack, or the bounds of a string. */
void refit_fail_check(struct refit_domain *domain);

/* An argument of a kernel function that the driver had no right to pass. */
__cold void refit_bad_argument(struct refit_domain *domain, const void *argument);

/* The running call is looked at: whether it has failed, or takes too long. */
void refit_look(struct refit_domain *domain);

/* Ends the innermost call into the driver at once, if the driver has failed meanwhile. Each import asks for that. */
__cold void refit_abort_stopped(struct refit_domain *domain);

static __always_inline void refit_end_if_stopped(struct refit_domain *domain)
{
	if (unlikely(READ_ONCE(domain->stopped)))
		refit_abort_stopped(domain);
}

#endif
