/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guarded driver's code calls before its stores and in its loops. GCC puts the calls there, as for
 * the kernel's address sanitizer and for coverage; "refit guard build" gives them these names. The functions are part of each guarded
 * module, so that they are near, and know their domain without a look-up.
 */
#ifndef REFIT_ACCESS_H
#define REFIT_ACCESS_H

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/version.h>
#include <asm/asm.h>
#include <asm/rmwcc.h>

#include <refit/guard.h>
#include <refit/map.h>

/* Basic blocks until the running call is looked at again: whether it has failed, or takes too long. */
#define REFIT_TICKS	4096
DECLARE_PER_CPU(int, refit_ticks);

/* Whether the count is used up with this block. One instruction, as it is run for each of them. */
static __always_inline bool refit_tick_is_last(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return GEN_UNARY_RMWcc("decl", __my_cpu_var(refit_ticks), s, __percpu_arg([var]));
#else
	return GEN_UNARY_RMWcc("decl", refit_ticks, s, __percpu_arg([var]));
#endif
}

/* A store that has to be looked at closely: returns if it is allowed after all, such as one to the stack of the running call. */
void refit_denied(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from);
/* The same for any number of bytes, all of which are looked at. */
void refit_check_range(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from);

/* Whether the driver may write all of what is not empty, on its stack, too. */
bool refit_may_write(struct refit_domain *domain, const void *start, size_t size);

/* Those stores for which <refit/store_check.h> has not sufficed. */
static __always_inline void refit_check(struct refit_domain *domain, const struct refit_map *map, unsigned long address,
					unsigned long size)
{
	/* What isn't aligned is rare, and may reach into a second granule: refit_denied() looks at both. */
	if (likely(refit_byte_writable(map, address)) && likely(!(address & (size - 1))))
		return;
	refit_denied(domain, address, size, _RET_IP_);
}

/* What is copied or set. */
static __always_inline void refit_check_copy(struct refit_domain *domain, const struct refit_map *map, unsigned long address,
					     size_t size, unsigned long from)
{
	if (unlikely(!refit_few_writable(map, address, size)))
		refit_check_range(domain, address, size, from);
}

#define REFIT_DEFINE_STORE(domain, size)						\
	void refit_store##size(unsigned long address);					\
	void refit_store##size(unsigned long address)					\
	{										\
		refit_check(&(domain), &refit_map, address, size);					\
	}

#define REFIT_DEFINE_CHECKS(domain)							\
	DEFINE_PER_CPU(u64, refit_checks);						\
	struct refit_map refit_map;							\
	REFIT_DEFINE_STORE(domain, 1)							\
	REFIT_DEFINE_STORE(domain, 2)							\
	REFIT_DEFINE_STORE(domain, 4)							\
	REFIT_DEFINE_STORE(domain, 8)							\
	void refit_store16(unsigned long address);					\
	void refit_store16(unsigned long address)					\
	{										\
		refit_check_range(&(domain), address, 16, _RET_IP_);			\
	}										\
	void refit_storeN(unsigned long address, unsigned long size);			\
	void refit_storeN(unsigned long address, unsigned long size)			\
	{										\
		refit_check_range(&(domain), address, size, _RET_IP_);			\
	}										\
	void refit_tick(void);								\
	void refit_tick(void)								\
	{										\
		if (unlikely(refit_tick_is_last()))					\
			refit_look(&(domain));						\
	}										\
	void refit_last_tick(void);							\
	void refit_last_tick(void)							\
	{										\
		refit_look(&(domain));							\
	}										\
	void refit_no_return(void);							\
	void refit_no_return(void)							\
	{										\
	}										\
	void refit_stack_chk_fail(void);						\
	void refit_stack_chk_fail(void)							\
	{										\
		refit_fail_check(&(domain));						\
		/* For objtool, too: this does not return. */				\
		BUG();									\
	}										\
	void *refit_memcpy(void *to, const void *from, size_t size);			\
	void *refit_memcpy(void *to, const void *from, size_t size)			\
	{										\
		refit_check_copy(&(domain), &refit_map, (unsigned long)to, size, _RET_IP_);	\
		return memcpy(to, from, size);						\
	}										\
	void *refit_memmove(void *to, const void *from, size_t size);			\
	void *refit_memmove(void *to, const void *from, size_t size)			\
	{										\
		refit_check_copy(&(domain), &refit_map, (unsigned long)to, size, _RET_IP_);	\
		return memmove(to, from, size);						\
	}										\
	void *refit_memset(void *to, int byte, size_t size);				\
	void *refit_memset(void *to, int byte, size_t size)				\
	{										\
		refit_check_copy(&(domain), &refit_map, (unsigned long)to, size, _RET_IP_);	\
		return memset(to, byte, size);						\
	}

#endif
