// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that never end. Each basic block of a guarded driver counts down; when the count is used up, the running call is looked at. This
 * needs no interrupt, so it finds a loop with interrupts off too.
 *
 *   in interrupts	a call may take so much time
 *   in tasks		it may run for so much time; it may sleep for longer
 */
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include <refit/access.h>

#include "state.h"

#define INTERRUPT_LIMIT	(1 * NSEC_PER_SEC)
#define TASK_LIMIT	(3 * (u64)NSEC_PER_SEC)
#define SLEEP_LIMIT	(30 * (u64)NSEC_PER_SEC)

DEFINE_PER_CPU(int, refit_ticks);
EXPORT_PER_CPU_SYMBOL_GPL(refit_ticks);

static bool endless(const struct refit_crossing *crossing)
{
	u64 passed = ktime_get_mono_fast_ns() - crossing->began;

	if (in_interrupt())
		return passed > INTERRUPT_LIMIT;
	return passed > SLEEP_LIMIT || current->se.sum_exec_runtime - crossing->ran > TASK_LIMIT;
}

void refit_look(struct refit_domain *domain)
{
	struct refit_crossing *crossing = refit_running_call();

	this_cpu_write(refit_ticks, REFIT_TICKS);
	refit_returned(domain);
	if (crossing && endless(crossing))
		refit_fail(domain, REFIT_ENDLESS, 0, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_look);
