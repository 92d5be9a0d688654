// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that never end, or not in time. Each loop of a guarded driver counts down; when the count is used up, the running call is looked at, and
 * each time that it has slept. This needs no interrupt, so it finds a loop with interrupts off too.
 *
 * The first look at a call notes the time, so that calls that end soon don't read a clock. From then on,
 *
 *   in interrupts	a call may take so much time
 *   in tasks		it may run for so much time, and be found in an atomic section for so long; it may sleep for longer
 */
#include <linux/sched.h>
#include <linux/time64.h>
#include <asm/tsc.h>

#include <refit/access.h>

#include "context.h"
#include "state.h"

/* Seconds */
#define INTERRUPT_LIMIT	1
#define ATOMIC_LIMIT	2
#define TASK_LIMIT	3
#define SLEEP_LIMIT	120	/* as the kernel's own for hung tasks; some hardware takes a minute to start */

DEFINE_PER_CPU(int, refit_ticks);
EXPORT_PER_CPU_SYMBOL_GPL(refit_ticks);

/* The counter of another processor, where a task ran before, may be ahead. */
static bool passed(u64 since, u64 now, unsigned int seconds)
{
	return (s64)(now - since) > (s64)((u64)tsc_khz * MSEC_PER_SEC * seconds);
}

/* Whether each look for a while has found the call in an atomic section. The task's own time stands still there. */
static bool atomic_for_long(struct refit_crossing *crossing, u64 now)
{
	if (!irqs_disabled() && !in_atomic()) {
		crossing->atomic_since = 0;
		return false;
	}
	if (!crossing->atomic_since)
		crossing->atomic_since = now;
	return passed(crossing->atomic_since, now, ATOMIC_LIMIT);
}

static bool endless(struct refit_crossing *crossing)
{
	u64 now = rdtsc();

	if (!crossing->looked_at) {
		crossing->looked_at = now;
		crossing->ran = current->se.sum_exec_runtime;
		crossing->atomic_since = 0;
	}
	if (in_interrupt())
		return passed(crossing->looked_at, now, INTERRUPT_LIMIT);
	return passed(crossing->looked_at, now, crossing->entry->patience ?: SLEEP_LIMIT) || atomic_for_long(crossing, now) ||
	       current->se.sum_exec_runtime - crossing->ran > TASK_LIMIT * (u64)NSEC_PER_SEC;
}

void refit_look(struct refit_domain *domain)
{
	struct refit_crossing *crossing = refit_running_call();

	this_cpu_write(refit_ticks, REFIT_TICKS);
	refit_end_if_stopped(domain);
	if (crossing && endless(crossing))
		refit_fail(domain, REFIT_ENDLESS, 0, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_look);
