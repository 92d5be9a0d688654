// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network devices, as a driver sees them: what it allocates, registers and names.
 *
 * The net_device outlives the driver that allocated it: its index, its addresses, its queues and what the user has set stay as they are,
 * and routes and sockets with it. The restarted driver asks for a device and gets this one, with its private part zeroed; it
 * registers it, and nothing happens.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <refit/access.h>
#include <refit/imports.h>

#include "../guard/context.h"
#include "../guard/release.h"
#include "../guard/state.h"
#include "net.h"

struct refit_netdev *refit_netdev_of(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&domain->state->lists, flags);
	list_for_each_entry(netdev, &domain->state->netdevs, list)
		if (netdev->device == device && netdev->life != REFIT_LIFE_FREED)
			found = netdev;
	spin_unlock_irqrestore(&domain->state->lists, flags);
	return found;
}

/* The whole of it: drivers set many members, and the core's inline functions write others on their behalf. */
static void lend_device(struct refit_domain *domain, struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;

	refit_lend(domain, device, ALIGN(sizeof(*device), NETDEV_ALIGN) + netdev->private_size);
	refit_lend(domain, device->_tx, netdev->txqs * sizeof(*device->_tx));
}

static void take_device_back(struct refit_domain *domain, struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;

	refit_take_back(domain, device, ALIGN(sizeof(*device), NETDEV_ALIGN) + netdev->private_size);
	refit_take_back(domain, device->_tx, netdev->txqs * sizeof(*device->_tx));
}

/* Whether a device waits for its restarted driver to ask for it, in the running probe. */
static bool is_waiting(const struct refit_state *state, const struct refit_netdev *netdev)
{
	return netdev->claim == REFIT_CLAIM_NONE && netdev->life == REFIT_LIFE_REGISTERED &&
	       (!netdev->parent || netdev->parent == state->probed);
}

static struct refit_netdev *orphan(struct refit_domain *domain, int private_size, unsigned int txqs, unsigned int rxqs)
{
	struct refit_netdev *netdev, *found = NULL;

	if (!refit_restarting(domain))
		return NULL;
	spin_lock_irq(&domain->state->lists);
	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (is_waiting(domain->state, netdev) && netdev->private_size == private_size && netdev->txqs == txqs &&
		    netdev->rxqs == rxqs) {
			found = netdev;
			break;
		}
	}
	spin_unlock_irq(&domain->state->lists);
	return found;
}

/*
 * What drivers set before they register a device, and the user may have changed since. A new device has no features, and drivers add theirs
 * to what is there.
 */
static void keep(struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;

	if (!netdev->kept) {
		strscpy(netdev->name, device->name, sizeof(netdev->name));
		if (!netdev->logs_mtu)
			netdev->mtu = device->mtu;
		netdev->features = device->features;
		netdev->hw_features = device->hw_features;
		netdev->vlan_features = device->vlan_features;
		netdev->kept = true;
	}
	device->mtu = netdev->mtu;
#ifdef NETIF_F_LLTX
	/* Whoever sends looks twice whether there is a lock to take. */
	device->features &= NETIF_F_LLTX;
#else
	device->features = 0;
#endif
	device->hw_features = 0;
	device->vlan_features = 0;
}

/*
 * Those features that the user can change are as the restarted driver has left them, all others as they were. netdev_update_features()
 * then asks the driver for what the user wanted.
 */
void refit_restore_netdev(struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;

	if (!netdev->kept)
		return;
	/*
	 * The user may have given it another name meanwhile. What drivers call a device that they are about to register is no name: the address
	 * of something on a bus, or a template.
	 */
	if (!dev_valid_name(device->name) || strchr(device->name, '%'))
		memcpy(device->name, netdev->name, sizeof(device->name));
	device->mtu = netdev->mtu;
	device->features = (netdev->features & ~netdev->hw_features) | (device->features & netdev->hw_features);
	device->hw_features = netdev->hw_features;
	device->vlan_features = netdev->vlan_features;
	netdev->kept = false;
}

struct net_device *refit_alloc_netdev(struct refit_domain *domain, int private_size, unsigned int txqs, unsigned int rxqs)
{
	struct refit_netdev *netdev = orphan(domain, private_size, txqs, rxqs);

	if (!netdev) {
		netdev = kzalloc(sizeof(*netdev), GFP_KERNEL);
		if (!netdev)
			return NULL;
		netdev->device = alloc_etherdev_mqs(private_size, txqs, rxqs);
		if (!netdev->device) {
			kfree(netdev);
			return NULL;
		}
		netdev->private_size = private_size;
		netdev->txqs = txqs;
		netdev->rxqs = rxqs;
		INIT_LIST_HEAD(&netdev->settings);
		INIT_LIST_HEAD(&netdev->answers);
		spin_lock_irq(&domain->state->lists);
		list_add_tail(&netdev->list, &domain->state->netdevs);
		spin_unlock_irq(&domain->state->lists);
	} else {
		memset(netdev_priv(netdev->device), 0, private_size);
		keep(netdev);
	}
	netdev->claim = REFIT_CLAIM_ALLOCATED;
	netdev->renumbered = false;
	refit_own(domain, REFIT_NETDEV, netdev->device, 0, 0, 0);
	lend_device(domain, netdev);
	return netdev->device;
}
EXPORT_SYMBOL_GPL(refit_alloc_netdev);

void refit_free_netdev(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, device);
	const struct napi_struct *napi;

	if (!netdev) {
		refit_bad_argument(domain, device);
		return;
	}
	/* A restarted driver whose probe fails lets go of a device that is still the kernel's. */
	if (netdev->life == REFIT_LIFE_REGISTERED) {
		netdev->claim = REFIT_CLAIM_NONE;
		return;
	}
	if (refit_forget_callbacks(domain, netdev_priv(device), netdev->private_size))
		refit_bad_argument(domain, device);
	list_for_each_entry(napi, &device->napi_list, dev_list)
		refit_gone_napi(domain, napi);
	take_device_back(domain, netdev);
	refit_drop(domain, REFIT_NETDEV, device);
	WRITE_ONCE(netdev->life, REFIT_LIFE_FREED);
	free_netdev(device);
}
EXPORT_SYMBOL_GPL(refit_free_netdev);

int refit_register_netdev(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, device);
	int error;

	if (!netdev) {
		refit_bad_argument(domain, device);
		return -EINVAL;
	}
	netdev->claim = REFIT_CLAIM_REGISTERED;
	if (netdev->life == REFIT_LIFE_REGISTERED) {
		rtnl_lock();
		refit_restore_netdev(netdev);
		rtnl_unlock();
		return 0;
	}
	netdev->mtu = device->mtu;
	netdev->logs_mtu = device->netdev_ops && device->netdev_ops->ndo_change_mtu;
	error = register_netdev(device);
	if (error)
		return error;
	netdev->life = REFIT_LIFE_REGISTERED;
	netdev->parent = device->dev.parent;
	refit_own(domain, REFIT_NETDEV_REGISTERED, device, 0, 0, 0);
	return 0;
}
EXPORT_SYMBOL_GPL(refit_register_netdev);

void refit_unregister_netdev(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, device);

	if (!netdev || netdev->life != REFIT_LIFE_REGISTERED) {
		refit_bad_argument(domain, device);
		return;
	}
	netdev->claim = REFIT_CLAIM_ALLOCATED;
	if (refit_restarting(domain))
		return;
	refit_drop(domain, REFIT_NETDEV_REGISTERED, device);
	unregister_netdev(device);
	netdev->life = REFIT_LIFE_UNREGISTERED;
}
EXPORT_SYMBOL_GPL(refit_unregister_netdev);

/* A restarted driver reads the address that its device came with; the one in use may be another, and is told to it later. */
void refit_set_address(struct refit_domain *domain, struct net_device *device, unsigned int offset, const void *address, size_t length)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, device);

	if (!refit_restarting(domain))
		dev_addr_mod(device, offset, address, length);
	else if (netdev && offset + length <= device->addr_len)
		netdev->renumbered |= memcmp(device->dev_addr + offset, address, length);
}
EXPORT_SYMBOL_GPL(refit_set_address);

/* Whether a restarted driver is about to name a device as if it were new. */
static bool is_kept_name(struct refit_domain *domain, const char *to)
{
	struct refit_netdev *netdev;
	unsigned long flags;
	bool kept = false;

	if (!refit_restarting(domain))
		return false;
	spin_lock_irqsave(&domain->state->lists, flags);
	list_for_each_entry(netdev, &domain->state->netdevs, list)
		kept |= netdev->kept && netdev->life != REFIT_LIFE_FREED && netdev->device->name == to;
	spin_unlock_irqrestore(&domain->state->lists, flags);
	return kept;
}

/* The name by which users find a device is theirs, at each moment. */
char *refit_strncpy(struct refit_domain *domain, char *to, const char *from, size_t size)
{
	refit_check_range(domain, (unsigned long)to, size, _RET_IP_);
	return is_kept_name(domain, to) ? to : strncpy(to, from, size);
}
EXPORT_SYMBOL_GPL(refit_strncpy);

ssize_t refit_strscpy(struct refit_domain *domain, char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	refit_check_range(domain, (unsigned long)to, min(length + 1, size), _RET_IP_);
	if (is_kept_name(domain, to))
		return length < size ? length : -E2BIG;
	return strscpy(to, from, size);
}
EXPORT_SYMBOL_GPL(refit_strscpy);

/* What is counted for a device is in memory of its driver's; the kernel goes by the pointer that it gets, unseen. */
struct net_device_stats *refit_stats(struct refit_crossing *crossing, struct net_device *device)
{
	struct refit_domain *domain = crossing->entry->domain;
	struct net_device_stats *stats = (struct net_device_stats *)crossing->result;

	if (crossing->aborted)
		return &device->stats;
	if (refit_may_write(domain, stats, sizeof(*stats)))
		return stats;
	refit_note_failure(domain, crossing, REFIT_BAD_RESULT, crossing->entry->target, (unsigned long)stats);
	crossing->aborted = true;
	return &device->stats;
}
EXPORT_SYMBOL_GPL(refit_stats);

size_t refit_size_of_strings(struct net_device *device, int set)
{
	int count = device->ethtool_ops->get_sset_count(device, set);

	return count > 0 ? (size_t)count * ETH_GSTRING_LEN : 0;
}
EXPORT_SYMBOL_GPL(refit_size_of_strings);

void refit_release_netdev_registered(struct refit_domain *domain, struct refit_object *object)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, (struct net_device *)object->key);

	unregister_netdev((struct net_device *)object->key);
	if (netdev)
		netdev->life = REFIT_LIFE_UNREGISTERED;
}

void refit_release_netdev(struct refit_domain *domain, struct refit_object *object)
{
	free_netdev((struct net_device *)object->key);
}
