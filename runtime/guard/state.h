/* SPDX-License-Identifier: GPL-2.0-only */
/* What the guard knows of a domain, beside what guard.h shows to the driver's generated file. */
#ifndef REFIT_STATE_H
#define REFIT_STATE_H

#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <refit/guard.h>
#include <refit/objects.h>

enum refit_phase {
	REFIT_LOADING,		/* the driver's init runs */
	REFIT_RUNNING,
	REFIT_FAILED,		/* stopped, and waiting to be restarted */
	REFIT_RESTARTING,	/* init, probe and open run again */
	REFIT_DEAD,		/* could not be restarted; its devices stay and do nothing */
};

enum refit_cause {
	REFIT_PAGE_FAULT,
	REFIT_PROTECTION_FAULT,
	REFIT_TRAP,		/* BUG, a division by zero, an invalid instruction */
	REFIT_DENIED_STORE,
	REFIT_BAD_ARGUMENT,	/* for a kernel function */
	REFIT_BAD_RESULT,	/* a pointer to what isn't the driver's */
	REFIT_ENDLESS,
	REFIT_DEADLOCK,
	REFIT_UNBALANCED,	/* returned with a lock held, preemption or interrupts off, or a poll neither through nor at its budget */
	REFIT_BY_HAND,
	REFIT_CAUSES,
};

extern const char *const refit_cause_names[REFIT_CAUSES];

/* One failure, for the log. */
struct refit_failure {
	u64 at;			/* ns since boot */
	u64 recovered;		/* ns since boot; 0 if not yet */
	enum refit_cause cause;
	const char *entry;
	unsigned long ip;
	unsigned long address;	/* what could not be accessed, or the bad argument */
};

#define REFIT_FAILURES	64

struct refit_counts {
	u64 crossings;		/* calls that got in */
	u64 left;		/* calls that are over; they may have begun on another processor */
	u64 refused;
};

struct refit_state {
	struct refit_domain *domain;
	struct list_head all;
	enum refit_phase phase;
	bool unloading;			/* it is not restarted any more */
	struct task_struct *worker;	/* who restarts the driver */
	const struct device *probed;	/* by the worker, or NULL */
	struct irq_work alarm;
	struct work_struct recovery;
	struct refit_counts __percpu *counts;
	void *snapshots[2];		/* of the sections, as they were before init ran */
	struct refit_objects objects;
	struct refit_objects held;	/* what the devices may still write to; see recovery.c */
	spinlock_t lists;		/* for the next two, and what is noted of each device; taken with interrupts off */
	struct list_head devices;	/* of struct refit_device */
	struct list_head netdevs;	/* of struct refit_netdev */
	spinlock_t failing;		/* failures and recoveries */
	struct refit_failure failures[REFIT_FAILURES];	/* a ring */
	unsigned long failure_count;
	unsigned long recovery_count;
	unsigned long denied_count;
	u64 restarted;			/* ns since boot, the last time */
	unsigned long failed_at;	/* the address, the last time */
	unsigned int in_a_row;		/* failures there, each soon after a restart, but the first */
	bool untracked;			/* an object was not noted for want of memory */
	struct dentry *files;
};

/* The phase of a domain changes in one direction at a time; see recovery.c. */
static inline bool refit_restarting(struct refit_domain *domain)
{
	return READ_ONCE(domain->state->phase) == REFIT_RESTARTING;
}

/* The same, and between tries. */
static inline bool refit_recovering(struct refit_domain *domain)
{
	enum refit_phase phase = READ_ONCE(domain->state->phase);

	return phase == REFIT_FAILED || phase == REFIT_RESTARTING;
}

/* crossing.c */
long refit_inside(struct refit_state *state);

/* fault.c */
int refit_fault_init(void);
void refit_fault_exit(void);
/*
 * The driver has done what it must not, and is stopped. Does not return to the driver if a call into it runs in this context.
 */
void refit_fail(struct refit_domain *domain, enum refit_cause cause, unsigned long address, unsigned long from);
/* The same, for those who must go on: only notes the failure. */
void refit_note_failure(struct refit_domain *domain, const struct refit_crossing *crossing,
			enum refit_cause cause, unsigned long ip, unsigned long address);

/* map.c */
int refit_map_init(void);
void refit_map_exit(void);
/* Before anything is looked up in it. */
void refit_map_prepare(struct refit_map *map);
void refit_map_clear(struct refit_map *map);

/* ../shadow/skb.c */
bool refit_lend_late(struct refit_domain *domain, unsigned long address);

/* recovery.c */
int refit_recovery_init(void);
void refit_recovery_exit(void);

/* files.c */
int refit_files_init(void);
void refit_files_exit(void);
void refit_files_add(struct refit_state *state);
void refit_files_remove(struct refit_state *state);

#endif
