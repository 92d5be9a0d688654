// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of requests: the last successful one of each kind, with what it pointed to. It is all that the shadow needs to know of what the
 * kernel doesn't keep in the net_device, such as the settings of ethtool. Those that change something are repeated for a restarted
 * driver; those that only ask are answered from the log while there is no driver to ask.
 */
#include <linux/list.h>
#include <linux/slab.h>

#include <refit/imports.h>

#include "../guard/context.h"
#include "../guard/state.h"
#include "net.h"

/*
 * A device that is brought up while its driver fails is up for whoever asked: the shadow opens it once the driver runs again.
 */
void refit_opened(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_domain *domain = crossing->entry->domain;
	struct refit_netdev *netdev = refit_netdev_of(domain, device);

	if (!netdev)
		return;
	if (!crossing->refused && (crossing->aborted || !(int)crossing->result))
		netdev->unsettled = crossing->aborted;
	if (refit_restarting(domain) && !crossing->refused)
		return;
	if ((crossing->aborted || crossing->refused) && domain->state->phase != REFIT_DEAD)
		crossing->result = 0;
	if (!(int)crossing->result)
		netdev->open = true;
}
EXPORT_SYMBOL_GPL(refit_opened);

/* The kernel takes a device for closed, whatever the driver made of it. */
void refit_closed(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (!netdev)
		return;
	/* Who refuses does not tell the device either. */
	netdev->unsettled = crossing->aborted || (crossing->refused && (netdev->open || netdev->unsettled));
	netdev->open = false;
}
EXPORT_SYMBOL_GPL(refit_closed);

/* The device is the first argument of all functions that are asked something. */
#define DATA	1

/* Under the lock. */
static struct refit_request *request_of(struct list_head *requests, const struct refit_entry *entry)
{
	struct refit_request *request;

	list_for_each_entry(request, requests, list)
		if (request->entry == entry)
			return request;
	return NULL;
}

static void *data_of(struct refit_request *request, int number)
{
	return request->data + (number ? ALIGN(request->sizes[0], sizeof(long)) : 0);
}

/* The last request of an entry counts. Some questions are asked in read sides, where nothing may sleep. */
static void note(struct refit_domain *domain, struct list_head *requests, const struct refit_crossing *crossing, size_t size,
		 size_t next_size)
{
	struct refit_request *request = kzalloc(sizeof(*request) + ALIGN(size, sizeof(long)) + next_size, GFP_ATOMIC);
	struct refit_request *former;
	unsigned long flags;
	int i;

	if (!request)
		return;
	request->entry = crossing->entry;
	request->result = crossing->result;
	request->sizes[0] = size;
	request->sizes[1] = next_size;
	memcpy(request->arguments, crossing->arguments, sizeof(request->arguments));
	for (i = 0; i < ARRAY_SIZE(request->sizes); i++)
		if (request->sizes[i])
			memcpy(data_of(request, i), (void *)crossing->arguments[DATA + i], request->sizes[i]);
	spin_lock_irqsave(&domain->state->lists, flags);
	former = request_of(requests, crossing->entry);
	if (former)
		list_del(&former->list);
	list_add_tail(&request->list, requests);
	spin_unlock_irqrestore(&domain->state->lists, flags);
	kfree(former);
}

void refit_requested(struct refit_crossing *crossing, struct net_device *device, size_t size, size_t next_size)
{
	struct refit_domain *domain = crossing->entry->domain;
	struct refit_netdev *netdev = refit_netdev_of(domain, device);

	if (netdev && !crossing->aborted && !(int)crossing->result && !refit_restarting(domain))
		note(domain, &netdev->settings, crossing, size, next_size);
}
EXPORT_SYMBOL_GPL(refit_requested);

/* A driver that fails, or refuses, may leave any number in its device. */
void refit_mtu_changed(struct refit_crossing *crossing, struct net_device *device, int mtu)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (!netdev || crossing->aborted || (int)crossing->result)
		return;
	netdev->mtu = mtu;
	refit_requested(crossing, device, 0, 0);
}
EXPORT_SYMBOL_GPL(refit_mtu_changed);

void refit_answered(struct refit_crossing *crossing, struct net_device *device, size_t size)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (netdev && !crossing->aborted && (int)crossing->result >= 0)
		note(crossing->entry->domain, &netdev->answers, crossing, size, 0);
}
EXPORT_SYMBOL_GPL(refit_answered);

void refit_answer(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_domain *domain = crossing->entry->domain;
	struct refit_netdev *netdev = refit_netdev_of(domain, device);
	struct refit_request *request;
	unsigned long flags;

	if (!netdev)
		return;
	spin_lock_irqsave(&domain->state->lists, flags);
	request = request_of(&netdev->answers, crossing->entry);
	if (request) {
		crossing->result = request->result;
		if (request->sizes[0])
			memcpy((void *)crossing->arguments[DATA], data_of(request, 0), request->sizes[0]);
	}
	spin_unlock_irqrestore(&domain->state->lists, flags);
}
EXPORT_SYMBOL_GPL(refit_answer);

/* What isn't noted belonged to whoever asked: where to tell what is wrong. */
static int repeat(struct refit_request *request)
{
	unsigned long arguments[ARRAY_SIZE(request->arguments)];
	int i;

	memcpy(arguments, request->arguments, sizeof(arguments));
	for (i = 0; request->sizes[0] && DATA + i < ARRAY_SIZE(arguments); i++)
		arguments[DATA + i] =
			i < ARRAY_SIZE(request->sizes) && request->sizes[i] ? (unsigned long)data_of(request, i) : 0;
	return refit_call(request->entry, arguments);
}

int refit_repeat_settings(struct refit_netdev *netdev)
{
	struct refit_request *request;
	int error = 0;

	list_for_each_entry(request, &netdev->settings, list)
		error = error ?: repeat(request);
	return error;
}

static void forget_all(struct list_head *requests)
{
	struct refit_request *request, *next;

	list_for_each_entry_safe(request, next, requests, list) {
		list_del(&request->list);
		kfree(request);
	}
}

void refit_forget_requests(struct refit_netdev *netdev)
{
	forget_all(&netdev->settings);
	forget_all(&netdev->answers);
}
