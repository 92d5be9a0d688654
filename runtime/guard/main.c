// SPDX-License-Identifier: GPL-2.0-only
/* The guard: keeps the kernel running when a guarded driver fails, and restarts the driver. */
#include <linux/init.h>
#include <linux/module.h>

#include "state.h"

extern void refit_enter(void);
EXPORT_SYMBOL_GPL(refit_enter);

static int __init guard_init(void)
{
	int error;

	error = refit_map_init();
	if (error)
		return error;
	error = refit_recovery_init();
	if (error)
		goto no_recovery;
	error = refit_fault_init();
	if (error)
		goto no_fault;
	refit_files_init();
	return 0;

no_fault:
	refit_recovery_exit();
no_recovery:
	refit_map_exit();
	return error;
}

static void __exit guard_exit(void)
{
	refit_files_exit();
	refit_fault_exit();
	refit_recovery_exit();
	refit_map_exit();
}

module_init(guard_init);
module_exit(guard_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Keeps the kernel running when a guarded driver fails");
