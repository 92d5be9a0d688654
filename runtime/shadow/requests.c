// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of requests: the last successful one of each kind, with what it pointed to. It is all that the shadow needs to know of
 * settings that the kernel doesn't keep in the net_device, such as those of ethtool.
 */
#include <linux/list.h>
#include <linux/slab.h>

#include <refit/imports.h>

#include "../guard/state.h"
#include "net.h"

unsigned long refit_call(const struct refit_entry *entry, const unsigned long arguments[6]);

void refit_opened(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (netdev && !crossing->aborted && !crossing->result)
		netdev->open = true;
}
EXPORT_SYMBOL_GPL(refit_opened);

/* The kernel takes a device for closed whatever the driver made of it. */
void refit_closed(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);

	if (netdev)
		netdev->open = false;
}
EXPORT_SYMBOL_GPL(refit_closed);

static void forget_kind(struct refit_netdev *netdev, const struct refit_entry *entry)
{
	struct refit_request *request, *next;

	list_for_each_entry_safe(request, next, &netdev->requests, list) {
		if (request->entry != entry)
			continue;
		list_del(&request->list);
		kfree(request);
	}
}

void refit_requested(struct refit_crossing *crossing, struct net_device *device, int argument, size_t size)
{
	struct refit_netdev *netdev = refit_netdev_of(crossing->entry->domain, device);
	struct refit_request *request;

	if (!netdev || crossing->aborted || crossing->result || refit_restarting(crossing->entry->domain))
		return;
	request = kzalloc(sizeof(*request) + size, GFP_KERNEL);
	if (!request)
		return;
	request->entry = crossing->entry;
	request->argument = argument;
	request->size = size;
	memcpy(request->arguments, crossing->arguments, sizeof(request->arguments));
	if (size)
		memcpy(request->data, (void *)crossing->arguments[argument], size);
	forget_kind(netdev, crossing->entry);
	list_add_tail(&request->list, &netdev->requests);
}
EXPORT_SYMBOL_GPL(refit_requested);

int refit_repeat_requests(struct refit_netdev *netdev)
{
	struct refit_request *request;
	unsigned long arguments[6];
	int error = 0;

	list_for_each_entry(request, &netdev->requests, list) {
		memcpy(arguments, request->arguments, sizeof(arguments));
		if (request->size)
			arguments[request->argument] = (unsigned long)request->data;
		error = error ?: (int)refit_call(request->entry, arguments);
	}
	return error;
}

void refit_forget_requests(struct refit_netdev *netdev)
{
	struct refit_request *request, *next;

	list_for_each_entry_safe(request, next, &netdev->requests, list) {
		list_del(&request->list);
		kfree(request);
	}
}
