/* SPDX-License-Identifier: GPL-2.0-only */
/* What the shadow knows of a network device. */
#ifndef REFIT_NET_H
#define REFIT_NET_H

#include <linux/list.h>
#include <linux/netdevice.h>

struct refit_domain;
struct refit_entry;

/* Something that was asked of the device, to be asked again. */
struct refit_request {
	struct list_head list;
	const struct refit_entry *entry;
	unsigned long arguments[6];
	int argument;			/* the number of the one that points to data; negative if none does */
	size_t size;
	u8 data[];
};

struct refit_netdev {
	struct list_head list;
	struct net_device *device;
	int private_size;
	unsigned int txqs, rxqs;
	bool registered;		/* with the kernel */
	bool adopted;			/* the restarted driver has asked for a device, and got this one */
	bool offered;			/* and has registered it */
	bool open;
	struct list_head requests;	/* in the order of their last time */
};

/* The record of a device, or NULL. */
struct refit_netdev *refit_netdev_of(struct refit_domain *domain, struct net_device *device);

/* Asks everything again; the first error, if one is met. Under rtnl. */
int refit_repeat_requests(struct refit_netdev *netdev);
void refit_forget_requests(struct refit_netdev *netdev);

#endif
