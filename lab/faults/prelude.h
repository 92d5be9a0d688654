/* What a fault needs, put into the driver's file behind its includes; see xtask/src/lab/campaign/prelude.rs. */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/task.h>

static int refit_fault;
module_param_named(fault, refit_fault, int, 0644);

/* Whether the fault's place was come by while it was armed. */
static int refit_reached;
module_param_named(reached, refit_reached, int, 0444);

static __always_inline bool refit_fault_here(void)
{
	if (!READ_ONCE(refit_fault))
		return false;
	WRITE_ONCE(refit_reached, 1);
	return true;
}
#define FAULT refit_fault_here()

/* The kernel's own data for one fault in two, memory of whoever has it for the other; each fault has one place. */
static __maybe_unused void *fault_place(void)
{
	unsigned long number = REFIT_FAULT_NUMBER / 4;

	switch (REFIT_FAULT_NUMBER % 4) {
	case 0:
		return (unsigned long *)&init_task + number % (sizeof(init_task) / 8);
	case 1:
		return (unsigned long *)&jiffies + number % 512;
	default:
		return (unsigned long *)__va((number % totalram_pages()) << PAGE_SHIFT) + number % 512;
	}
}

