/* SPDX-License-Identifier: GPL-2.0-only */
/* What the shadow knows of a network device. */
#ifndef REFIT_NET_H
#define REFIT_NET_H

#include <linux/list.h>
#include <linux/netdevice.h>

struct refit_domain;
struct refit_entry;

/* Something that was asked of the device and done, to be asked again or answered again. */
struct refit_request {
	struct list_head list;
	const struct refit_entry *entry;
	unsigned long arguments[6];
	unsigned long result;
	size_t sizes[2];		/* of what the two behind the device point to */
	u8 data[];
};

/* What has become of a device. */
enum refit_life {
	REFIT_LIFE_ALLOCATED,
	REFIT_LIFE_REGISTERED,		/* with the kernel */
	REFIT_LIFE_UNREGISTERED,	/* by the driver, which has to free it now */
	REFIT_LIFE_FREED,		/* this record is the next to go; nobody who looks for a device finds it */
};

/* Whose a device is, for a driver that has been restarted. */
enum refit_claim {
	REFIT_CLAIM_NONE,
	REFIT_CLAIM_ALLOCATED,		/* the driver has asked for a device, and got this one */
	REFIT_CLAIM_REGISTERED,		/* and has registered it */
};

struct refit_netdev {
	struct list_head list;
	struct net_device *device;
	enum refit_life life;
	enum refit_claim claim;
	const struct device *parent;	/* what it was registered for, or NULL */
	int private_size;
	unsigned int txqs, rxqs;
	bool open;			/* for the kernel */
	bool unsettled;			/* opened while its driver failed, or closed while it failed or was stopped, and neither by a driver since */
	bool renumbered;		/* the restarted driver takes its address for another one than that in use */
	unsigned int mtu;		/* as registered, or as last granted */
	bool logs_mtu;			/* the driver is asked; otherwise the core sets it in the device by itself */
	bool kept;			/* what follows is valid: the restarted driver may overwrite it in the device */
	char name[IFNAMSIZ];
	netdev_features_t features, hw_features, vlan_features;
	struct list_head settings;	/* requests that changed something, in the order of their last time */
	struct list_head answers;	/* requests that only asked */
};

/* The record of a device, or NULL. It stays for as long as nobody inside or outside the driver frees the device. */
struct refit_netdev *refit_netdev_of(struct refit_domain *domain, struct net_device *device);

/* Those settings that the restarted driver may have overwritten in the device, as far as they are kept. */
void refit_restore_netdev(struct refit_netdev *netdev);

/* Asks for all settings again; the first error, if one is met. Under rtnl. */
int refit_repeat_settings(struct refit_netdev *netdev);
/* Nobody asks any more. */
void refit_forget_requests(struct refit_netdev *netdev);

#endif
