// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks: each is noted in the call that takes it, so that a call that fails leaves none behind, and one that returns with a
 * lock is found out. A lock that can't be had in time is a deadlock.
 *
 * Nothing here is told to lockdep, which stock kernels lack.
 */
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include <refit/imports.h>

#include "context.h"
#include "state.h"

#define SPIN_LIMIT	(1 * NSEC_PER_SEC)
#define WAIT_LIMIT	(20 * HZ)

static void release_spin(void *lock)
{
	arch_spin_unlock(&((raw_spinlock_t *)lock)->raw_lock);
}

static void release_mutex(void *lock)
{
	mutex_unlock(lock);
}

static void release_rtnl(void *lock)
{
	rtnl_unlock();
}

/* Whether this call, or one that it was called from, has the lock. */
static bool held_already(const void *lock)
{
	const struct refit_crossing *crossing;
	int i;

	for (crossing = refit_running_call(); crossing; crossing = crossing->outer)
		for (i = 0; i < crossing->held_count; i++)
			if (crossing->held[i].lock == lock)
				return true;
	return false;
}

static __always_inline void note(void *lock, void (*release)(void *))
{
	struct refit_crossing *crossing = refit_running_call();

	if (crossing && crossing->held_count < REFIT_HELD_MAX)
		crossing->held[crossing->held_count++] = (struct refit_held) { lock, release };
}

/* The same where locks are not released in the opposite order, or not held at all. */
static noinline bool forget_inner(struct refit_crossing *crossing, const void *lock)
{
	int i, j;

	for (i = crossing->held_count - 1; i >= 0; i--) {
		if (crossing->held[i].lock != lock)
			continue;
		for (j = i + 1; j < crossing->held_count; j++)
			crossing->held[j - 1] = crossing->held[j];
		crossing->held_count--;
		return true;
	}
	return crossing->held_count == REFIT_HELD_MAX;
}

/* False if this call doesn't have the lock. */
static __always_inline bool forget(const void *lock)
{
	struct refit_crossing *crossing = refit_running_call();

	if (!crossing)
		return true;
	if (unlikely(!crossing->held_count || crossing->held[crossing->held_count - 1].lock != lock))
		return forget_inner(crossing, lock);
	crossing->held_count--;
	return true;
}

/* Preemption is off already. */
static noinline void wait_for_lock(struct refit_domain *domain, raw_spinlock_t *lock, unsigned long from)
{
	u64 began;

	if (held_already(lock))
		refit_fail(domain, REFIT_DEADLOCK, (unsigned long)lock, from);
	began = ktime_get_mono_fast_ns();
	while (!arch_spin_trylock(&lock->raw_lock)) {
		cpu_relax();
		if (ktime_get_mono_fast_ns() - began > SPIN_LIMIT)
			refit_fail(domain, REFIT_DEADLOCK, (unsigned long)lock, from);
	}
}

static __always_inline void spin(struct refit_domain *domain, raw_spinlock_t *lock, unsigned long from)
{
	if (unlikely(!arch_spin_trylock(&lock->raw_lock)))
		wait_for_lock(domain, lock, from);
	note(lock, release_spin);
}

static __always_inline void unspin(struct refit_domain *domain, raw_spinlock_t *lock, unsigned long from)
{
	if (unlikely(!forget(lock)))
		refit_fail(domain, REFIT_BAD_ARGUMENT, (unsigned long)lock, from);
	arch_spin_unlock(&lock->raw_lock);
}

void refit_spin_lock(struct refit_domain *domain, raw_spinlock_t *lock)
{
	preempt_disable();
	spin(domain, lock, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_spin_lock);

void refit_spin_lock_irq(struct refit_domain *domain, raw_spinlock_t *lock)
{
	local_irq_disable();
	preempt_disable();
	spin(domain, lock, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_spin_lock_irq);

void refit_spin_lock_bh(struct refit_domain *domain, raw_spinlock_t *lock)
{
	local_bh_disable();
	preempt_disable();
	spin(domain, lock, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_spin_lock_bh);

unsigned long refit_spin_lock_irqsave(struct refit_domain *domain, raw_spinlock_t *lock)
{
	unsigned long flags;

	local_irq_save(flags);
	preempt_disable();
	spin(domain, lock, _RET_IP_);
	return flags;
}
EXPORT_SYMBOL_GPL(refit_spin_lock_irqsave);

int refit_spin_trylock(struct refit_domain *domain, raw_spinlock_t *lock)
{
	preempt_disable();
	if (arch_spin_trylock(&lock->raw_lock)) {
		note(lock, release_spin);
		return 1;
	}
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL_GPL(refit_spin_trylock);

int refit_spin_trylock_bh(struct refit_domain *domain, raw_spinlock_t *lock)
{
	local_bh_disable();
	if (refit_spin_trylock(domain, lock))
		return 1;
	local_bh_enable();
	return 0;
}
EXPORT_SYMBOL_GPL(refit_spin_trylock_bh);

void refit_spin_unlock(struct refit_domain *domain, raw_spinlock_t *lock)
{
	unspin(domain, lock, _RET_IP_);
	preempt_enable();
}
EXPORT_SYMBOL_GPL(refit_spin_unlock);

void refit_spin_unlock_irq(struct refit_domain *domain, raw_spinlock_t *lock)
{
	unspin(domain, lock, _RET_IP_);
	local_irq_enable();
	preempt_enable();
}
EXPORT_SYMBOL_GPL(refit_spin_unlock_irq);

void refit_spin_unlock_bh(struct refit_domain *domain, raw_spinlock_t *lock)
{
	unspin(domain, lock, _RET_IP_);
	preempt_enable();
	local_bh_enable();
}
EXPORT_SYMBOL_GPL(refit_spin_unlock_bh);

void refit_spin_unlock_irqrestore(struct refit_domain *domain, raw_spinlock_t *lock, unsigned long flags)
{
	unspin(domain, lock, _RET_IP_);
	local_irq_restore(flags);
	preempt_enable();
}
EXPORT_SYMBOL_GPL(refit_spin_unlock_irqrestore);

/* Locks that are waited for asleep. */
struct sleeping_lock {
	int (*try)(void *lock);
	void (*release)(void *lock);
	unsigned long limit;		/* in jiffies */
};

static int try_mutex(void *lock)
{
	return mutex_trylock(lock);
}

static const struct sleeping_lock a_mutex = { try_mutex, release_mutex, WAIT_LIMIT };

static int try_rtnl(void *lock)
{
	return rtnl_trylock();
}

/* The kernel may hold it around the very call that asks for it. */
static const struct sleeping_lock the_rtnl = { try_rtnl, release_rtnl, 3 * WAIT_LIMIT };

/* Stands for it, which has no name outside the network core. */
static char rtnl;

static __always_inline int try(const struct sleeping_lock *kind, void *lock)
{
	if (!kind->try(lock))
		return 0;
	note(lock, kind->release);
	return 1;
}

/* Waits in a state of tasks. An error if a signal came that ends the wait. */
static __always_inline int wait_asleep(struct refit_domain *domain, const struct sleeping_lock *kind, void *lock, unsigned int state)
{
	unsigned long end = jiffies + kind->limit;

	if (held_already(lock))
		refit_fail(domain, REFIT_DEADLOCK, (unsigned long)lock, _RET_IP_);
	while (!try(kind, lock)) {
		if (signal_pending_state(state, current))
			return -EINTR;
		__set_current_state(state);
		schedule_timeout(1);
		refit_end_if_stopped(domain);
		if (time_after(jiffies, end))
			refit_fail(domain, REFIT_DEADLOCK, (unsigned long)lock, _RET_IP_);
	}
	return 0;
}

static __always_inline void forget_or_fail(struct refit_domain *domain, void *lock)
{
	if (!forget(lock))
		refit_fail(domain, REFIT_BAD_ARGUMENT, (unsigned long)lock, _RET_IP_);
}

void refit_mutex_lock(struct refit_domain *domain, struct mutex *lock)
{
	wait_asleep(domain, &a_mutex, lock, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(refit_mutex_lock);

int refit_mutex_lock_interruptible(struct refit_domain *domain, struct mutex *lock)
{
	return wait_asleep(domain, &a_mutex, lock, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(refit_mutex_lock_interruptible);

int refit_mutex_lock_killable(struct refit_domain *domain, struct mutex *lock)
{
	return wait_asleep(domain, &a_mutex, lock, TASK_KILLABLE);
}
EXPORT_SYMBOL_GPL(refit_mutex_lock_killable);

int refit_mutex_trylock(struct refit_domain *domain, struct mutex *lock)
{
	return try(&a_mutex, lock);
}
EXPORT_SYMBOL_GPL(refit_mutex_trylock);

void refit_mutex_unlock(struct refit_domain *domain, struct mutex *lock)
{
	forget_or_fail(domain, lock);
	mutex_unlock(lock);
}
EXPORT_SYMBOL_GPL(refit_mutex_unlock);

void refit_rtnl_lock(struct refit_domain *domain)
{
	wait_asleep(domain, &the_rtnl, &rtnl, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(refit_rtnl_lock);

int refit_rtnl_trylock(struct refit_domain *domain)
{
	return try(&the_rtnl, &rtnl);
}
EXPORT_SYMBOL_GPL(refit_rtnl_trylock);

void refit_rtnl_unlock(struct refit_domain *domain)
{
	forget_or_fail(domain, &rtnl);
	rtnl_unlock();
}
EXPORT_SYMBOL_GPL(refit_rtnl_unlock);

/* No driver has a reason to sleep for longer. */
#define DELAY_LIMIT	60000

void refit_check_delay(struct refit_domain *domain, unsigned long milliseconds)
{
	if (milliseconds > DELAY_LIMIT)
		refit_fail(domain, REFIT_BAD_ARGUMENT, milliseconds, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_check_delay);
