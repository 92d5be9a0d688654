// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crossings: calls of the kernel into a driver.
 *
 * A crossing lies on the stack of whoever calls. The innermost one of the running context is noted where the context finds it again
 * without a look at any instruction pointer, since a driver may have jumped anywhere:
 *
 *   hard and soft interrupts	in a variable of the processor, one for each kind: they don't move, and don't interrupt their own kind
 *   tasks			in a table by task, as tasks are preempted and move
 */
#include <linux/hash.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <asm/tsc.h>

#include <refit/access.h>

#include "crossing_offsets.h"
#include "state.h"

static_assert(offsetof(struct refit_entry, target) == REFIT_ENTRY_TARGET);
static_assert(offsetof(struct refit_entry, domain) == REFIT_ENTRY_DOMAIN);
static_assert(offsetof(struct refit_domain, text) == REFIT_DOMAIN_TEXT);
static_assert(offsetof(struct refit_domain, text_size) == REFIT_DOMAIN_TEXT_SIZE);
static_assert(offsetof(struct refit_crossing, result) == REFIT_CROSSING_RESULT);
static_assert(offsetof(struct refit_crossing, entry) == REFIT_CROSSING_ENTRY);
static_assert(sizeof(struct refit_crossing) <= REFIT_CROSSING_ROOM);

unsigned long refit_crossing_begin(struct refit_crossing *crossing);
void refit_crossing_end(struct refit_crossing *crossing);

struct interrupts {
	struct refit_crossing *hard;
	struct refit_crossing *soft;
};

static DEFINE_PER_CPU(struct interrupts, interrupts);

#define TASK_BITS	12
/* A task is found within this many places behind its first. */
#define NEIGHBOURS	16

static struct task_struct *tasks[BIT(TASK_BITS) + NEIGHBOURS];
static struct refit_crossing *task_tops[BIT(TASK_BITS) + NEIGHBOURS];

/* The place of the running task, or a negative number. Only the task itself adds and removes it. */
static __always_inline int place_of_task(void)
{
	struct task_struct *task = current;
	unsigned int first = hash_ptr(task, TASK_BITS);
	unsigned int place;

	for (place = first; place < first + NEIGHBOURS; place++)
		if (READ_ONCE(tasks[place]) == task)
			return place;
	return -ENOENT;
}

static int add_task(void)
{
	unsigned int first = hash_ptr(current, TASK_BITS);
	unsigned int place;

	for (place = first; place < first + NEIGHBOURS; place++)
		if (!READ_ONCE(tasks[place]) && !cmpxchg(&tasks[place], NULL, current))
			return place;
	return -ENOSPC;
}

/*
 * Where the processor notes the innermost crossing of the running context, or NULL in a task. A probe that runs by way of int3 counts as a
 * hard interrupt and isn't one.
 */
static __always_inline struct refit_crossing **interrupt_top(void)
{
	unsigned int count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return NULL;
	if (unlikely(count & NMI_MASK))
		count -= HARDIRQ_OFFSET;
	if (count & HARDIRQ_MASK)
		return this_cpu_ptr(&interrupts.hard);
	return count & SOFTIRQ_OFFSET ? this_cpu_ptr(&interrupts.soft) : NULL;
}

/* The innermost crossing of the running context, if there is one. */
struct refit_crossing *refit_running_call(void)
{
	struct refit_crossing **top = interrupt_top();
	int place;

	if (top)
		return *top;
	place = place_of_task();
	return place < 0 ? NULL : task_tops[place];
}

/* Makes a crossing the innermost one. False if there is no place for it. */
static bool enter_context(struct refit_crossing *crossing)
{
	struct refit_crossing **top = interrupt_top();
	int place;

	if (!top) {
		place = place_of_task();
		if (place < 0) {
			place = add_task();
			if (place < 0)
				return false;
			task_tops[place] = NULL;
		}
		top = &task_tops[place];
	}
	crossing->outer = *top;
	*top = crossing;
	return true;
}

static void leave_context(struct refit_crossing *crossing)
{
	struct refit_crossing **top = interrupt_top();
	int place;

	if (top) {
		*top = crossing->outer;
		return;
	}
	place = place_of_task();
	if (WARN_ON_ONCE(place < 0))
		return;
	task_tops[place] = crossing->outer;
	if (!crossing->outer)
		smp_store_release(&tasks[place], NULL);
}

/* How many calls are inside the driver. Exact once no more can begin. */
long refit_inside(struct refit_state *state)
{
	long inside = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		inside += READ_ONCE(per_cpu_ptr(state->counts, cpu)->inside);
	return inside;
}

static void count_out(struct refit_domain *domain)
{
	this_cpu_dec(domain->state->counts->inside);
}

/*
 * Counts the caller in, unless the driver is stopped. The two are one step for whoever stops a driver and then waits until
 * every processor has been preemptible.
 */
static bool count_in(const struct refit_entry *entry)
{
	struct refit_domain *domain = entry->domain;
	struct refit_state *state = domain->state;
	bool in;

	preempt_disable();
	in = !READ_ONCE(domain->stopped);
	/* While the driver restarts, nobody but the worker asks anything of it. */
	if (in && entry->request && refit_restarting(domain))
		in = in_task() && current == state->worker;
	if (in) {
		this_cpu_inc(state->counts->inside);
		this_cpu_inc(state->counts->crossings);
	} else {
		this_cpu_inc(state->counts->refused);
	}
	preempt_enable();
	return in;
}

static unsigned long refuse(struct refit_crossing *crossing)
{
	crossing->refused = true;
	crossing->result = crossing->entry->failure;
	if (crossing->entry->refused)
		crossing->entry->refused(crossing);
	return 0;
}

static int read_side_nesting(void)
{
#ifdef CONFIG_PREEMPT_RCU
	return current->rcu_read_lock_nesting;
#else
	return 0;
#endif
}

/* The function to call, or 0 if the driver is stopped. */
unsigned long refit_crossing_begin(struct refit_crossing *crossing)
{
	const struct refit_entry *entry = crossing->entry;

	crossing->held_count = 0;
	crossing->lent = 0;
	crossing->atomic_since = 0;
	crossing->aborted = false;
	crossing->refused = false;
	crossing->completed = false;
	if (!count_in(entry))
		return refuse(crossing);
	crossing->flags = native_save_fl();
	crossing->preemption = preempt_count();
	crossing->rcu = read_side_nesting();
	crossing->began = rdtsc();
	crossing->ran = current->se.sum_exec_runtime;
	if (!enter_context(crossing)) {
		count_out(entry->domain);
		return refuse(crossing);
	}
	if (entry->before)
		entry->before(crossing);
	return entry->target;
}

static void release_locks(struct refit_crossing *crossing)
{
	while (crossing->held_count) {
		struct refit_held *held = &crossing->held[--crossing->held_count];

		held->release(held->lock);
	}
}

/* Whether the driver returns to the context that it was called in. */
static bool balanced(const struct refit_crossing *crossing)
{
	return !crossing->held_count && preempt_count() == crossing->preemption &&
	       read_side_nesting() == crossing->rcu &&
	       !((native_save_fl() ^ crossing->flags) & X86_EFLAGS_IF);
}

/* Read sides are left one by one: the last one may have a grace period to report. */
static void restore_read_sides(const struct refit_crossing *crossing)
{
#ifdef CONFIG_PREEMPT_RCU
	while (current->rcu_read_lock_nesting > crossing->rcu)
		__rcu_read_unlock();
	while (current->rcu_read_lock_nesting < crossing->rcu)
		__rcu_read_lock();
#endif
}

/* Gives the context back as it was, whatever the driver has left. */
static void restore_context(struct refit_crossing *crossing)
{
	release_locks(crossing);
	restore_read_sides(crossing);
	__set_current_state(TASK_RUNNING);
	preempt_count_set(crossing->preemption);
	if (crossing->flags & X86_EFLAGS_IF)
		raw_local_irq_enable();
	else
		raw_local_irq_disable();
}

void refit_crossing_end(struct refit_crossing *crossing)
{
	const struct refit_entry *entry = crossing->entry;

	if (!crossing->aborted && unlikely(!balanced(crossing))) {
		refit_note_failure(entry->domain, crossing, REFIT_UNBALANCED, entry->target, 0);
		crossing->aborted = true;
	}
	if (unlikely(crossing->aborted)) {
		restore_context(crossing);
		crossing->result = entry->failure;
	}
	if (entry->after)
		entry->after(crossing);
	leave_context(crossing);
	count_out(entry->domain);
}
