// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of requests: the last successful one of each kind, with what it pointed to. It is all that the shadow needs to know of what the
 * kernel doesn't keep in the net_device, such as the settings of ethtool. Those that change something are repeated for a restarted
 * driver; those that only ask are answered from the log while there is no driver to ask.
 */
#include <linux/list.h>
#include <linux/slab.h>

#include <refit/imports.h>

#include "../guard/state.h"
#include "net.h"

unsigned long refit_call(const struct refit_entry *entry, const unsigned long arguments[6]);

/*
 * A device that is brought up while its driver fails is up for whoever asked: the shadow opens it once the driver runs again.
 */
void refit_opened(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_domain *domain = crossing->entry->domain;
	struct refit_netdev *netdev = refit_netdev_of(domain, device);

	if (!netdev)
		return;
	if (!crossing->refused)
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

static struct refit_request *request_of(struct list_head *requests, const struct refit_entry *entry)
{
	struct refit_request *request;

	list_for_each_entry(request, requests, list)
		if (request->entry == entry)
			return request;
	return NULL;
}

static void forget(struct refit_request *request)
{
	if (!request)
		return;
	list_del(&request->list);
	kfree(request);
}

/* The last request of an entry counts. */
static void note(struct list_head *requests, const struct refit_crossing *crossing, int argument, size_t size)
{
	struct refit_request *request = kzalloc(sizeof(*request) + size, GFP_KERNEL);

	if (!request)
		return;
	request->entry = crossing->entry;
	request->result = crossing->result;
	request->argument = argument;
	request->size = size;
	memcpy(request->arguments, crossing->arguments, sizeof(request->arguments));
	if (size)
		memcpy(request->data, (void *)crossing->arguments[argument], size);
	forget(request_of(requests, crossing->entry));
	list_add_tail(&request->list, requests);
}

void refit_requested(struct refit_crossing *crossing, struct net_device *device, int argument, size_t size)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (netdev && !crossing->aborted && !(int)crossing->result && !refit_restarting(crossing->entry->domain))
		note(&netdev->settings, crossing, argument, size);
}
EXPORT_SYMBOL_GPL(refit_requested);

void refit_answered(struct refit_crossing *crossing, struct net_device *device, int argument, size_t size)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (netdev && !crossing->aborted && (int)crossing->result >= 0)
		note(&netdev->answers, crossing, argument, size);
}
EXPORT_SYMBOL_GPL(refit_answered);

void refit_answer(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);
	struct refit_request *request = netdev ? request_of(&netdev->answers, crossing->entry) : NULL;

	if (!request)
		return;
	crossing->result = request->result;
	if (request->size)
		memcpy((void *)crossing->arguments[request->argument], request->data, request->size);
}
EXPORT_SYMBOL_GPL(refit_answer);

int refit_repeat_settings(struct refit_netdev *netdev)
{
	struct refit_request *request;
	unsigned long arguments[6];
	int error = 0;

	list_for_each_entry(request, &netdev->settings, list) {
		memcpy(arguments, request->arguments, sizeof(arguments));
		if (request->size)
			arguments[request->argument] = (unsigned long)request->data;
		error = error ?: (int)refit_call(request->entry, arguments);
	}
	return error;
}

static void forget_all(struct list_head *requests)
{
	struct refit_request *request, *next;

	list_for_each_entry_safe(request, next, requests, list)
		forget(request);
}

void refit_forget_requests(struct refit_netdev *netdev)
{
	forget_all(&netdev->settings);
	forget_all(&netdev->answers);
}
