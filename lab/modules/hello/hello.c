// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * The smallest module that shows that modules are built for the kernel that
 * runs: it says a word that it was given, and on demand it writes through NULL
 * or never returns.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/processor.h>

static char *word = "nothing";
module_param(word, charp, 0444);
MODULE_PARM_DESC(word, "what to say");

static bool crash;
module_param(crash, bool, 0444);
MODULE_PARM_DESC(crash, "write to address 0");

static bool hang;
module_param(hang, bool, 0444);
MODULE_PARM_DESC(hang, "loop for ever, without preemption");

static int __init hello_init(void)
{
	pr_info("hello: %s\n", word);
	if (crash)
		WRITE_ONCE(*(volatile int *)NULL, 1);
	if (hang) {
		preempt_disable();
		for (;;)
			cpu_relax();
	}
	return 0;
}

static void __exit hello_exit(void)
{
	pr_info("hello: gone\n");
}

module_init(hello_init);
module_exit(hello_exit);

MODULE_DESCRIPTION("A word for the lab");
MODULE_LICENSE("Dual MIT/GPL");
