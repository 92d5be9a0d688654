// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts, timers and work items: what makes the kernel call a driver of its own accord. */
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include <refit/access.h>
#include <refit/imports.h>

#include "context.h"
#include "devices.h"
#include "release.h"
#include "state.h"

/*
 * On for devices that are bound, off for those, too, that were being unbound when the driver failed. Interrupts that are messages
 * can't ask again and again.
 */
static void set_interrupts(struct refit_domain *domain, bool on)
{
	struct refit_device *device;
	unsigned long flags;

	spin_lock_irqsave(&domain->state->lists, flags);
	list_for_each_entry(device, &domain->state->devices, list)
		if ((device->bound || (!on && device->lost)) && !device->pci->msi_enabled && !device->pci->msix_enabled)
			pci_intx(device->pci, on);
	spin_unlock_irqrestore(&domain->state->lists, flags);
}

int refit_request_irq(struct refit_domain *domain, unsigned int irq, irq_handler_t handler, irq_handler_t thread,
		      unsigned long flags, const char *name, void *dev_id)
{
	int error;

	/* Noted before: it may come at once. */
	refit_own(domain, REFIT_IRQ, dev_id, irq, 0, 0);
	/* Recovery and refused interrupts may have turned it off. */
	set_interrupts(domain, true);
	error = request_threaded_irq(irq, handler, thread, flags, name, dev_id);
	if (error)
		refit_drop(domain, REFIT_IRQ, dev_id);
	return error;
}
EXPORT_SYMBOL_GPL(refit_request_irq);

void refit_gone_irq(struct refit_domain *domain, unsigned int irq, void *dev_id)
{
	/* free_irq() waits for handlers, and this may be one. */
	if (in_interrupt() || !refit_drop_exact(domain, REFIT_IRQ, dev_id, irq, 0))
		refit_bad_argument(domain, dev_id);
}
EXPORT_SYMBOL_GPL(refit_gone_irq);

void refit_quiet_devices(struct refit_domain *domain)
{
	set_interrupts(domain, false);
}
EXPORT_SYMBOL_GPL(refit_quiet_devices);

static bool is_memory_with(const struct refit_object *object, unsigned long address)
{
	return (object->kind == REFIT_MEMORY || object->kind == REFIT_VMEMORY) && address - object->key < object->size;
}

/*
 * Memory that holds a callback is told of it, so that only then freeing it takes a search. The callback is the driver's to cancel, so its memory
 * must be the driver's, or recovery would fault where nobody takes over.
 */
static void got_callback(struct refit_domain *domain, enum refit_kind kind, const void *callback)
{
	struct refit_object memory;

	if (refit_owns(domain, kind, callback))
		return;
	refit_own(domain, kind, callback, 0, 0, 0);
	if (refit_find(domain, is_memory_with, (unsigned long)callback, &memory))
		refit_set_extra(domain, memory.kind, (void *)memory.key, true);
}

void refit_got_timer(struct refit_domain *domain, struct timer_list *timer)
{
	refit_check_range(domain, (unsigned long)timer, sizeof(*timer), _RET_IP_);
	got_callback(domain, REFIT_TIMER, timer);
}
EXPORT_SYMBOL_GPL(refit_got_timer);

/* Work of somebody else's may be queued by a driver; it is not noted. */
void refit_got_work(struct refit_domain *domain, struct work_struct *work)
{
	if (refit_may_write(domain, work, sizeof(*work)))
		got_callback(domain, REFIT_WORK, work);
}
EXPORT_SYMBOL_GPL(refit_got_work);

void refit_got_delayed_work(struct refit_domain *domain, struct delayed_work *work)
{
	if (refit_may_write(domain, work, sizeof(*work)))
		got_callback(domain, REFIT_DELAYED_WORK, work);
}
EXPORT_SYMBOL_GPL(refit_got_delayed_work);

struct span {
	unsigned long start, size;
};

static bool is_callback_in(const struct refit_object *object, unsigned long argument)
{
	const struct span *span = (const struct span *)argument;

	return object->kind >= REFIT_WORK && object->kind <= REFIT_TIMER && object->key - span->start < span->size;
}

/* True if it was going to happen. */
static bool cancel(const struct refit_object *object)
{
	switch (object->kind) {
	case REFIT_WORK:
		return cancel_work((struct work_struct *)object->key);
	case REFIT_DELAYED_WORK:
		return cancel_delayed_work((struct delayed_work *)object->key);
	default:
		return del_timer((struct timer_list *)object->key);
	}
}

bool refit_forget_callbacks(struct refit_domain *domain, const void *start, size_t size)
{
	struct span span = { (unsigned long)start, size };
	struct refit_object object;
	bool pending = false;

	while (refit_find(domain, is_callback_in, (unsigned long)&span, &object)) {
		pending |= cancel(&object);
		refit_drop(domain, object.kind, (void *)object.key);
	}
	return pending;
}

void refit_check_wait(struct refit_domain *domain, const void *waited_for)
{
	const struct refit_crossing *crossing;

	/* A work function and a timer function get what was queued as their first argument. */
	for (crossing = refit_running_call(); crossing; crossing = crossing->outer)
		if (crossing->arguments[0] == (unsigned long)waited_for)
			refit_fail(domain, REFIT_DEADLOCK, (unsigned long)waited_for, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_check_wait);

void refit_release_irq(struct refit_domain *domain, struct refit_object *object)
{
	free_irq(object->size, (void *)object->key);
}

void refit_release_timer(struct refit_domain *domain, struct refit_object *object)
{
	del_timer_sync((struct timer_list *)object->key);
}

void refit_release_work(struct refit_domain *domain, struct refit_object *object)
{
	cancel_work_sync((struct work_struct *)object->key);
}

void refit_release_delayed_work(struct refit_domain *domain, struct refit_object *object)
{
	cancel_delayed_work_sync((struct delayed_work *)object->key);
}
