/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which call into a driver runs in this context. The innermost one is noted where the context finds it again without a look at any
 * instruction pointer, since a driver may have jumped anywhere:
 *
 *   hard and soft interrupts	in a variable of the processor, one for each kind: they don't move, and don't interrupt their own kind
 *   tasks			in a table by task, as tasks are preempted and move
 */
#ifndef REFIT_CONTEXT_H
#define REFIT_CONTEXT_H

#include <linux/hash.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include <refit/guard.h>

struct refit_interrupts {
	struct refit_crossing *hard;
	struct refit_crossing *soft;
};

DECLARE_PER_CPU(struct refit_interrupts, refit_interrupts);

/* Only the task itself adds and removes it. */
struct refit_task {
	struct task_struct *task;
	struct refit_crossing *call;
};

#define REFIT_TASK_BITS		12
/* A task is found within this many places behind its first. */
#define REFIT_NEIGHBOURS	16
#define REFIT_TASKS		(BIT(REFIT_TASK_BITS) + REFIT_NEIGHBOURS)

extern struct refit_task refit_tasks[REFIT_TASKS];

/* The place of the running task, or NULL. */
static __always_inline struct refit_task *refit_running_task(void)
{
	struct refit_task *place = &refit_tasks[hash_ptr(current, REFIT_TASK_BITS)];
	int i;

	for (i = 0; i < REFIT_NEIGHBOURS; i++, place++)
		if (READ_ONCE(place->task) == current)
			return place;
	return NULL;
}

/*
 * Where the processor notes the innermost crossing of the running context, or NULL in a task. A probe that runs by way of int3 counts as a
 * hard interrupt and isn't one.
 */
static __always_inline struct refit_crossing **refit_interrupt_top(void)
{
	unsigned int count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return NULL;
	if (unlikely(count & NMI_MASK))
		count -= HARDIRQ_OFFSET;
	if (count & HARDIRQ_MASK)
		return this_cpu_ptr(&refit_interrupts.hard);
	return count & SOFTIRQ_OFFSET ? this_cpu_ptr(&refit_interrupts.soft) : NULL;
}

/* The innermost crossing of the running context, if there is one. */
static __always_inline struct refit_crossing *refit_running_call(void)
{
	struct refit_crossing **top = refit_interrupt_top();
	struct refit_task *task;

	if (top)
		return *top;
	task = refit_running_task();
	return task ? task->call : NULL;
}

/* Calls the driver's function behind an entry as the kernel would by way of its thunk. */
unsigned long refit_call(const struct refit_entry *entry, const unsigned long arguments[6]);

#endif
