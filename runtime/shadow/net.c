// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shadow of network drivers: their devices stay (netdev.c), packets are dropped meanwhile, as they are when a link is lost, and the
 * restarted driver is brought to where the old one was.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/sch_generic.h>

#include <refit/imports.h>
#include <refit/shadow.h>

#include "../guard/devices.h"
#include "../guard/state.h"
#include "net.h"

/* Packets that the driver had are dropped: what is queued for them would never be completed. */
static void stop_queues(struct net_device *device)
{
	unsigned int i;

	netif_tx_disable(device);
	for (i = 0; i < device->num_tx_queues; i++) {
		netdev_tx_reset_queue(netdev_get_tx_queue(device, i));
		/* Or the kernel would find soon that nothing was sent for long. */
		txq_trans_cond_update(netdev_get_tx_queue(device, i));
	}
}

/* The records of devices that are gone. Nobody else walks over them while the driver is stopped, but whoever looks for a device. */
static void forget_freed(struct refit_domain *domain)
{
	struct refit_netdev *netdev, *next;
	LIST_HEAD(freed);

	spin_lock_irq(&domain->state->lists);
	list_for_each_entry_safe(netdev, next, &domain->state->netdevs, list)
		if (netdev->life == REFIT_LIFE_FREED)
			list_move(&netdev->list, &freed);
	spin_unlock_irq(&domain->state->lists);
	list_for_each_entry_safe(netdev, next, &freed, list) {
		refit_forget_requests(netdev);
		kfree(netdev);
	}
}

static void quiet(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	forget_freed(domain);
	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (netdev->life == REFIT_LIFE_REGISTERED)
			stop_queues(netdev->device);
		netdev->claim = REFIT_CLAIM_NONE;
	}
}

/*
 * Whether no restarted driver will ask for a device: the kernel does not know it yet, it was about to be freed, or what it was registered
 * for is gone.
 */
static bool is_left(struct refit_domain *domain, const struct refit_netdev *netdev)
{
	if (netdev->life == REFIT_LIFE_REGISTERED)
		return refit_is_gone(domain->state, netdev->parent);
	return netdev->life != REFIT_LIFE_FREED;
}

static void sweep(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (!is_left(domain, netdev))
			continue;
		if (netdev->life == REFIT_LIFE_REGISTERED) {
			refit_drop(domain, REFIT_NETDEV_REGISTERED, netdev->device);
			unregister_netdev(netdev->device);
		}
		refit_drop(domain, REFIT_NETDEV, netdev->device);
		WRITE_ONCE(netdev->life, REFIT_LIFE_FREED);
		free_netdev(netdev->device);
	}
}

static int repeat_vlan(struct net_device *vlan, int id, void *device)
{
	const struct net_device_ops *ops = ((struct net_device *)device)->netdev_ops;

	return ops->ndo_vlan_rx_add_vid(device, htons(ETH_P_8021Q), id);
}

/* The lists of addresses and of VLANs are kept in the net_device. */
static void repeat_addresses(struct net_device *device)
{
	if (!device->netdev_ops->ndo_set_rx_mode)
		return;
	netif_addr_lock_bh(device);
	device->netdev_ops->ndo_set_rx_mode(device);
	netif_addr_unlock_bh(device);
}

static void repeat_filters(struct net_device *device)
{
	if (device->netdev_ops->ndo_vlan_rx_add_vid)
		vlan_for_each(device, repeat_vlan, device);
	repeat_addresses(device);
}

/* Not least, a device that was left in the middle of something may have told the restarted driver nonsense. */
static void repeat_address(struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;
	struct sockaddr_storage address = { .ss_family = device->type };

	if (!netdev->renumbered || !device->netdev_ops->ndo_set_mac_address)
		return;
	memcpy(((struct sockaddr *)&address)->sa_data, device->dev_addr, device->addr_len);
	if (device->netdev_ops->ndo_set_mac_address(device, &address))
		pr_warn("%s: the restarted driver refuses the address of its device\n", device->name);
	netdev->renumbered = false;
}

/*
 * A device that was brought down while its driver was stopped has not been told, and may still write to memory. That memory is held, and
 * packets of other devices with it: TCP sends none again that it takes for being still on its way. If it can't be opened, all of that stays as it is.
 */
static void settle(struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;
	const struct net_device_ops *ops = device->netdev_ops;
	int error;

	if (!netdev->unsettled || !ops->ndo_open || !ops->ndo_stop)
		return;
	set_bit(__LINK_STATE_START, &device->state);
	error = ops->ndo_open(device);
	clear_bit(__LINK_STATE_START, &device->state);
	if (!error)
		ops->ndo_stop(device);
}

/*
 * As when a user brings the device up: first what was asked of it, while it is down, then open, then its lists of addresses.
 */
static int resume_one(struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;
	const struct net_device_ops *ops = device->netdev_ops;
	int error;

	refit_restore_netdev(netdev);
	clear_bit(__LINK_STATE_START, &device->state);
	error = refit_repeat_settings(netdev);
	if (error)
		pr_warn("%s: a setting was refused by the restarted driver (error %d)\n", device->name, error);
	repeat_address(netdev);
	if (!netdev->open) {
		settle(netdev);
		return 0;
	}
	set_bit(__LINK_STATE_START, &device->state);
	error = ops->ndo_open ? ops->ndo_open(device) : 0;
	if (error)
		return error;
	repeat_filters(device);
	netdev_update_features(device);
	/* As for a device that is brought up: nothing is sent before it has a link, or a card that doesn't send yet looks hung to its driver. */
	if (!netif_carrier_ok(device))
		dev_deactivate(device);
	return 0;
}

static int resume(struct refit_domain *domain)
{
	struct refit_netdev *netdev;
	int error;

	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (netdev->life != REFIT_LIFE_REGISTERED)
			continue;
		/* The restarted driver doesn't want its device any more. */
		error = netdev->claim == REFIT_CLAIM_REGISTERED ? resume_one(netdev) : -ENODEV;
		if (error)
			return error;
	}
	return 0;
}

static void running(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (netdev->life != REFIT_LIFE_REGISTERED || !netdev->open)
			continue;
		/* Groups are joined without rtnl, and the driver may not have been asked for the last ones. */
		repeat_addresses(netdev->device);
		netif_tx_wake_all_queues(netdev->device);
	}
}

static bool settled(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list)
		if (netdev->unsettled && netdev->life != REFIT_LIFE_FREED)
			return false;
	return true;
}

static void dead(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (netdev->life != REFIT_LIFE_REGISTERED)
			continue;
		refit_restore_netdev(netdev);
		netif_carrier_off(netdev->device);
	}
}

/* All devices have been freed. */
static void forget(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list)
		netdev->life = REFIT_LIFE_FREED;
	forget_freed(domain);
}

const struct refit_shadow refit_net_shadow = {
	.name = "net",
	.quiet = quiet,
	.sweep = sweep,
	.lock = rtnl_lock,
	.unlock = rtnl_unlock,
	.resume = resume,
	.running = running,
	.settled = settled,
	.dead = dead,
	.forget = forget,
};
