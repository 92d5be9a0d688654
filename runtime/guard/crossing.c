// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crossings: calls of the kernel into a driver.
 *
 * A crossing lies on the stack of whoever calls; context.h tells how the innermost one is found.
 */
#include <linux/hash.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include <refit/access.h>

#include "context.h"
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

DEFINE_PER_CPU(struct refit_interrupts, refit_interrupts);
struct refit_task refit_tasks[REFIT_TASKS];

/* A place for the running task, or NULL. */
static struct refit_task *add_task(void)
{
	struct refit_task *place = &refit_tasks[hash_ptr(current, REFIT_TASK_BITS)];
	int i;

	for (i = 0; i < REFIT_NEIGHBOURS; i++, place++) {
		if (READ_ONCE(place->task) || cmpxchg(&place->task, NULL, current))
			continue;
		place->call = NULL;
		return place;
	}
	return NULL;
}

/* Makes a crossing the innermost one. False if there is no place for it. */
static __always_inline bool enter_context(struct refit_crossing *crossing)
{
	struct refit_crossing **top = refit_interrupt_top();

	if (!top) {
		struct refit_task *place = refit_running_task() ?: add_task();

		if (!place)
			return false;
		top = &place->call;
	}
	crossing->outer = *top;
	*top = crossing;
	return true;
}

static __always_inline void leave_context(struct refit_crossing *crossing)
{
	struct refit_crossing **top = refit_interrupt_top();
	struct refit_task *place;

	if (top) {
		*top = crossing->outer;
		return;
	}
	place = refit_running_task();
	if (WARN_ON_ONCE(!place))
		return;
	place->call = crossing->outer;
	if (!crossing->outer)
		smp_store_release(&place->task, NULL);
}

/* How many calls are inside the driver. Exact once no more can begin. */
long refit_inside(struct refit_state *state)
{
	long inside = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		inside += READ_ONCE(per_cpu_ptr(state->counts, cpu)->crossings) -
			  READ_ONCE(per_cpu_ptr(state->counts, cpu)->left);
	return inside;
}

static void count_out(struct refit_domain *domain)
{
	this_cpu_inc(domain->state->counts->left);
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
	if (in && entry->request && refit_recovering(domain))
		in = in_task() && current == state->worker;
	if (in)
		this_cpu_inc(state->counts->crossings);
	else
		this_cpu_inc(state->counts->refused);
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
	crossing->looked_at = 0;
	crossing->aborted = false;
	crossing->refused = false;
	crossing->completed = false;
	if (!count_in(entry))
		return refuse(crossing);
	crossing->flags = native_save_fl();
	crossing->preemption = preempt_count();
	crossing->rcu = read_side_nesting();
	crossing->pagefaults = current->pagefault_disabled;
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
	       read_side_nesting() == crossing->rcu && current->pagefault_disabled == crossing->pagefaults &&
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
	current->pagefault_disabled = crossing->pagefaults;
	preempt_count_set(crossing->preemption);
	/* An interrupted task may be about to sleep, or to end. */
	if (in_task())
		__set_current_state(TASK_RUNNING);
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
