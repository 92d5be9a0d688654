// SPDX-License-Identifier: GPL-2.0-only
/* What stands around the driver sample: made by "refit guard build". */
#include <linux/module.h>
#include <linux/slab.h>

#include <refit/guard.h>
#include <refit/access.h>
#include <refit/imports.h>

extern char refit_data_start[], refit_data_end[], refit_bss_start[], refit_bss_end[];
int refit_thunk_1(void);

extern struct refit_domain refit_domain;
REFIT_DEFINE_CHECKS(refit_domain)

struct refit_domain refit_domain = {
	.name = "sample",
	.module = THIS_MODULE,
	.checks = &refit_checks,
	.map = &refit_map,
	.sections = {
		{ refit_data_start, refit_data_end },
		{ refit_bss_start, refit_bss_end },
	},
	.init = refit_thunk_1,
};

/* A struct that is passed in registers. */
#define REFIT_WORDS(type) ((sizeof(type) + sizeof(long) - 1) / sizeof(long))

static noinline void refit_unusual_kfree(const void *a1)
{
	refit_end_if_stopped(&refit_domain);
	gone(&refit_domain, a1);
	(kfree)(a1);
}

void refit_import_kfree(const void *a1);
void refit_import_kfree(const void *a1)
{
	if (unlikely(READ_ONCE(refit_domain.stopped)) || unlikely(!gone_usual(&refit_domain, a1))) {
		refit_unusual_kfree(a1);
		return;
	}
	(kfree)(a1);
}

void *refit_import_kmalloc(unsigned long a1, gfp_t a2);
void *refit_import_kmalloc(unsigned long a1, gfp_t a2)
{
	void *result;

	first(&refit_domain, a1);
	result = (kmalloc)(a1, a2);
	if (result)
		got(&refit_domain, result);
	refit_end_if_stopped(&refit_domain);
	return result;
}

int refit_import_printk(const char *a1, unsigned long more1, unsigned long more2, unsigned long more3, unsigned long more4, unsigned long more5, unsigned long more6, unsigned long more7, unsigned long more8);
int refit_import_printk(const char *a1, unsigned long more1, unsigned long more2, unsigned long more3, unsigned long more4, unsigned long more5, unsigned long more6, unsigned long more7, unsigned long more8)
{
	int result;

	result = said(a1, more1, more2, more3, more4, more5, more6, more7, more8);
	refit_end_if_stopped(&refit_domain);
	return result;
}

/* opened: table.open; int (struct kept, own_t, struct own *, long) */
static_assert(sizeof(struct kept) <= 16, "refit: the kernel may call opened, which takes a struct of more than 16 bytes by value; it cannot be wrapped");
static_assert(3 + REFIT_WORDS(struct kept) <= 6, "refit: the kernel may call opened, which takes more than six words of arguments; it cannot be wrapped");
static void refit_before_0(struct refit_crossing *crossing)
{
	struct kept a1 = *(__typeof__(a1) *)&crossing->arguments[0];
	unsigned long a2 = *(__typeof__(a2) *)&crossing->arguments[0 + REFIT_WORDS(struct kept)];
	void *a3 = *(__typeof__(a3) *)&crossing->arguments[1 + REFIT_WORDS(struct kept)];
	long a4 = *(__typeof__(a4) *)&crossing->arguments[2 + REFIT_WORDS(struct kept)];

	f(a1, a2, a3, a4);
}

extern char refit_driver_0[];
extern const struct refit_entry refit_entry_0;
const struct refit_entry refit_entry_0 = {
	.target = (unsigned long)refit_driver_0,
	.domain = &refit_domain,
	.name = "opened",
	.failure = (unsigned long)(-EIO),
	.request = true,
	.before = refit_before_0,
};

/* started: init; int (void) */
extern char refit_driver_1[];
extern const struct refit_entry refit_entry_1;
const struct refit_entry refit_entry_1 = {
	.target = (unsigned long)refit_driver_1,
	.domain = &refit_domain,
	.name = "started",
	.failure = (unsigned long)(-EIO),
};

static int __init refit_load(void)
{
	return refit_domain_load(&refit_domain);
}
module_init(refit_load);
