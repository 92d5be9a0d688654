// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults: what becomes of a call into a driver that goes wrong.
 *
 * Three ways lead here, and all of them to an exception whose return is bent to refit_resume in crossing_entry.S:
 *
 *   a page fault	a probe at page_fault_oops(), which the kernel calls once it is sure that nothing handles the fault; the rest of that
 *			function is skipped, so no oops is printed
 *   another exception	the die notifier
 *   our own checks	an invalid instruction, for which see above
 *
 * The failure is attributed to the innermost crossing of the context, wherever the instruction pointer is: the driver may have jumped
 * anywhere, or given a bad pointer to a kernel function.
 */
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include <refit/access.h>

#include "context.h"
#include "state.h"

const char *const refit_cause_names[REFIT_CAUSES] = {
	[REFIT_PAGE_FAULT] = "page-fault",
	[REFIT_PROTECTION_FAULT] = "protection-fault",
	[REFIT_TRAP] = "trap",
	[REFIT_DENIED_STORE] = "denied-store",
	[REFIT_BAD_ARGUMENT] = "bad-argument",
	[REFIT_BAD_RESULT] = "bad-result",
	[REFIT_ENDLESS] = "endless",
	[REFIT_DEADLOCK] = "deadlock",
	[REFIT_UNBALANCED] = "unbalanced",
	[REFIT_BY_HAND] = "by-hand",
};

extern void refit_resume(void);

void refit_note_failure(struct refit_domain *domain, const struct refit_crossing *crossing,
			enum refit_cause cause, unsigned long ip, unsigned long address)
{
	struct refit_state *state = domain->state;
	struct refit_failure *failure;
	unsigned long flags;
	bool first;

	raw_local_irq_save(flags);
	spin_lock(&state->failing);
	/* Others that run into a stopped driver's end are part of the same failure. */
	first = !domain->stopped;
	if (first) {
		failure = &state->failures[state->failure_count++ % REFIT_FAILURES];
		*failure = (struct refit_failure) {
			.at = ktime_get_mono_fast_ns(),
			.cause = cause,
			.entry = crossing ? crossing->entry->name : NULL,
			.ip = ip,
			.address = address,
		};
		if (cause == REFIT_DENIED_STORE)
			state->denied_count++;
		WRITE_ONCE(domain->stopped, true);
	}
	spin_unlock(&state->failing);
	raw_local_irq_restore(flags);
	if (first)
		irq_work_queue(&state->alarm);
}

/* Bends the return of an exception to the end of a crossing. */
static void abort_call(struct pt_regs *regs, struct refit_crossing *crossing)
{
	crossing->aborted = true;
	regs->ip = (unsigned long)refit_resume;
	regs->sp = (unsigned long)crossing;
	regs->flags = (regs->flags & ~(X86_EFLAGS_IF | X86_EFLAGS_AC | X86_EFLAGS_DF | X86_EFLAGS_RF)) |
		      (crossing->flags & X86_EFLAGS_IF);
}

/*
 * A crossing that already left for refit_resume is over: what fails in the guard itself is a fault of the guard, and shall be seen.
 */
static struct refit_crossing *failing_call(void)
{
	struct refit_crossing *crossing = refit_running_call();

	return crossing && !crossing->aborted ? crossing : NULL;
}

static bool take_over(struct pt_regs *regs, enum refit_cause cause, unsigned long address)
{
	struct refit_crossing *crossing = failing_call();

	if (!crossing)
		return false;
	refit_note_failure(crossing->entry->domain, crossing, cause, regs->ip, address);
	abort_call(regs, crossing);
	return true;
}

static int on_die(struct notifier_block *block, unsigned long what, void *data)
{
	struct die_args *args = data;

	if (user_mode(args->regs))
		return NOTIFY_DONE;
	switch (what) {
	case DIE_GPF:
		return take_over(args->regs, REFIT_PROTECTION_FAULT, 0) ? NOTIFY_STOP : NOTIFY_DONE;
	case DIE_TRAP:
		return take_over(args->regs, REFIT_TRAP, 0) ? NOTIFY_STOP : NOTIFY_DONE;
	case DIE_OOPS:
		return take_over(args->regs, REFIT_PAGE_FAULT, 0) ? NOTIFY_STOP : NOTIFY_DONE;
	}
	return NOTIFY_DONE;
}

static struct notifier_block die_block = {
	.notifier_call = on_die,
	.priority = INT_MAX,
};

static noinline void nothing(void)
{
	barrier();
}

/* page_fault_oops(regs, error_code, address) */
static int on_page_fault(struct kprobe *probe, struct pt_regs *regs)
{
	struct pt_regs *faulting = (struct pt_regs *)regs->di;

	if (user_mode(faulting) || !take_over(faulting, REFIT_PAGE_FAULT, regs->dx))
		return 0;
	regs->ip = (unsigned long)nothing;
	return 1;
}
NOKPROBE_SYMBOL(on_page_fault);

static struct kprobe page_fault_probe = {
	.symbol_name = "page_fault_oops",
	.pre_handler = on_page_fault,
};

/* Leaves the driver by way of the die notifier. */
static void abort_here(void)
{
	asm volatile("ud2" : : : "memory");
	unreachable();
}

void refit_fail(struct refit_domain *domain, enum refit_cause cause, unsigned long address, unsigned long from)
{
	struct refit_crossing *crossing = failing_call();

	refit_note_failure(domain, crossing, cause, from, address);
	if (crossing)
		abort_here();
}

void refit_fail_check(struct refit_domain *domain)
{
	refit_fail(domain, REFIT_TRAP, 0, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_fail_check);

void refit_abort_stopped(struct refit_domain *domain)
{
	struct refit_crossing *crossing = failing_call();

	if (crossing && crossing->entry->domain == domain)
		abort_here();
}
EXPORT_SYMBOL_GPL(refit_abort_stopped);

int refit_fault_init(void)
{
	int error = register_kprobe(&page_fault_probe);

	if (error) {
		pr_err("cannot watch page faults: no probe at page_fault_oops (error %d)\n", error);
		return error;
	}
	error = register_die_notifier(&die_block);
	if (error)
		unregister_kprobe(&page_fault_probe);
	return error;
}

void refit_fault_exit(void)
{
	unregister_die_notifier(&die_block);
	unregister_kprobe(&page_fault_probe);
}
