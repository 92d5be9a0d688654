// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shadow of network drivers.
 *
 * The net_device outlives the driver that allocated it: its index, its addresses, its queues and what the user has set stay as they are,
 * and routes and sockets with it. The restarted driver asks for a device and gets this one, with its private part zeroed; it
 * registers it, and nothing happens. Meanwhile packets are dropped, as they are when a link is lost.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/sch_generic.h>

#include <refit/access.h>
#include <refit/imports.h>
#include <refit/shadow.h>

#include "../guard/context.h"
#include "../guard/devices.h"
#include "../guard/release.h"
#include "../guard/state.h"
#include "net.h"

struct refit_netdev *refit_netdev_of(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&domain->state->lists, flags);
	list_for_each_entry(netdev, &domain->state->netdevs, list)
		if (netdev->device == device && !netdev->freed)
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

/* Whether a device waits for its restarted driver to ask for it, in the running probe. */
static bool is_waiting(const struct refit_state *state, const struct refit_netdev *netdev)
{
	return !netdev->adopted && !netdev->freed && !netdev->unregistered && (!netdev->parent || netdev->parent == state->probed);
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
static void restore(struct refit_netdev *netdev)
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
	netdev->adopted = true;
	netdev->offered = false;
	netdev->renumbered = false;
	refit_own(domain, REFIT_NETDEV, netdev->device, 0, 0, 0);
	lend_device(domain, netdev);
	return netdev->device;
}
EXPORT_SYMBOL_GPL(refit_alloc_netdev);

static void take_device_back(struct refit_domain *domain, struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;

	refit_take_back(domain, device, ALIGN(sizeof(*device), NETDEV_ALIGN) + netdev->private_size);
	refit_take_back(domain, device->_tx, netdev->txqs * sizeof(*device->_tx));
}

/* Before an instance is deleted, with the packet that it may have. */
void refit_gone_napi(struct refit_domain *domain, const struct napi_struct *napi)
{
	refit_forget_napi_skb(domain, napi);
	refit_drop(domain, REFIT_NAPI, napi);
}
EXPORT_SYMBOL_GPL(refit_gone_napi);

void refit_free_netdev(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, device);
	const struct napi_struct *napi;

	if (!netdev) {
		refit_bad_argument(domain, device);
		return;
	}
	/* A restarted driver whose probe fails lets go of a device that is still the kernel's. */
	if (netdev->registered) {
		netdev->adopted = false;
		return;
	}
	if (refit_forget_callbacks(domain, netdev_priv(device), netdev->private_size))
		refit_bad_argument(domain, device);
	list_for_each_entry(napi, &device->napi_list, dev_list)
		refit_gone_napi(domain, napi);
	take_device_back(domain, netdev);
	refit_drop(domain, REFIT_NETDEV, device);
	WRITE_ONCE(netdev->freed, true);
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
	netdev->offered = true;
	if (netdev->registered) {
		rtnl_lock();
		restore(netdev);
		rtnl_unlock();
		return 0;
	}
	netdev->mtu = device->mtu;
	netdev->logs_mtu = device->netdev_ops && device->netdev_ops->ndo_change_mtu;
	error = register_netdev(device);
	if (error)
		return error;
	netdev->registered = true;
	netdev->parent = device->dev.parent;
	refit_own(domain, REFIT_NETDEV_REGISTERED, device, 0, 0, 0);
	return 0;
}
EXPORT_SYMBOL_GPL(refit_register_netdev);

void refit_unregister_netdev(struct refit_domain *domain, struct net_device *device)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, device);

	if (!netdev || !netdev->registered) {
		refit_bad_argument(domain, device);
		return;
	}
	netdev->offered = false;
	if (refit_restarting(domain))
		return;
	refit_drop(domain, REFIT_NETDEV_REGISTERED, device);
	unregister_netdev(device);
	netdev->registered = false;
	netdev->unregistered = true;
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
		kept |= netdev->kept && !netdev->freed && netdev->device->name == to;
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

void refit_napi_add(struct refit_domain *domain, struct net_device *device, struct napi_struct *napi,
		    int (*poll)(struct napi_struct *, int), int weight)
{
	refit_check_range(domain, (unsigned long)napi, sizeof(*napi), _RET_IP_);
	refit_own(domain, REFIT_NAPI, napi, 0, 0, 0);
	netif_napi_add_weight(device, napi, poll, weight);
}
EXPORT_SYMBOL_GPL(refit_napi_add);

/* Both wait, or stop the kernel, if done twice in a row. */
void refit_napi_enable(struct refit_domain *domain, struct napi_struct *napi)
{
	if (refit_owns(domain, REFIT_NAPI_ENABLED, napi) || !refit_owns(domain, REFIT_NAPI, napi))
		refit_bad_argument(domain, napi);
	refit_own(domain, REFIT_NAPI_ENABLED, napi, 0, 0, 0);
	napi_enable(napi);
}
EXPORT_SYMBOL_GPL(refit_napi_enable);

/*
 * Whether an instance is scheduled and on no list: it is being polled, or it never will be.
 */
static bool off_the_lists(struct napi_struct *napi)
{
	return test_bit(NAPI_STATE_SCHED, &napi->state) && list_empty(&napi->poll_list);
}

/* A poll is found under way time after time for so long only if there is none. */
#define STUCK	(2 * HZ)

void refit_napi_disable(struct refit_domain *domain, struct napi_struct *napi)
{
	unsigned long end = jiffies + STUCK;

	if (!refit_owns(domain, REFIT_NAPI_ENABLED, napi))
		refit_bad_argument(domain, napi);
	/* A thread of its own polls without a list. */
	while (off_the_lists(napi) && !test_bit(NAPI_STATE_THREADED, &napi->state)) {
		if (time_after(jiffies, end))
			refit_fail(domain, REFIT_DEADLOCK, (unsigned long)napi, _RET_IP_);
		usleep_range(50, 100);
	}
	refit_drop(domain, REFIT_NAPI_ENABLED, napi);
	napi_disable(napi);
}
EXPORT_SYMBOL_GPL(refit_napi_disable);

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

void refit_napi_completed(void)
{
	struct refit_crossing *crossing = refit_running_call();

	if (crossing)
		crossing->completed = true;
}
EXPORT_SYMBOL_GPL(refit_napi_completed);

/*
 * A poll that is neither through nor at its budget leaves its instance scheduled, and the kernel would wait for it without end. So does one
 * that did not return.
 */
void refit_polled(struct refit_crossing *crossing, struct napi_struct *napi, int budget)
{
	if (!crossing->aborted && !crossing->completed && (int)crossing->result < budget) {
		refit_note_failure(crossing->entry->domain, crossing, REFIT_UNBALANCED,
				   crossing->entry->target, (unsigned long)napi);
		crossing->result = 0;
		crossing->aborted = true;
	}
	if (crossing->aborted && !crossing->completed && test_bit(NAPI_STATE_SCHED, &napi->state))
		napi_complete_done(napi, 0);
}
EXPORT_SYMBOL_GPL(refit_polled);

void refit_poll_refused(struct napi_struct *napi)
{
	napi_complete_done(napi, 0);
}
EXPORT_SYMBOL_GPL(refit_poll_refused);

/* Nobody polls it any more: if it is scheduled and on no list, the driver has forgotten to put it there. */
void refit_release_napi_enabled(struct refit_domain *domain, struct refit_object *object)
{
	struct napi_struct *napi = (struct napi_struct *)object->key;

	if (off_the_lists(napi))
		napi_complete_done(napi, 0);
	napi_disable(napi);
}

void refit_release_napi(struct refit_domain *domain, struct refit_object *object)
{
	struct napi_struct *napi = (struct napi_struct *)object->key;

	refit_forget_napi_skb(domain, napi);
	netif_napi_del(napi);
}

void refit_release_netdev_registered(struct refit_domain *domain, struct refit_object *object)
{
	struct refit_netdev *netdev = refit_netdev_of(domain, (struct net_device *)object->key);

	unregister_netdev((struct net_device *)object->key);
	if (netdev)
		netdev->registered = false;
}

void refit_release_netdev(struct refit_domain *domain, struct refit_object *object)
{
	free_netdev((struct net_device *)object->key);
}

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
		if (netdev->freed)
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
		if (netdev->registered)
			stop_queues(netdev->device);
		netdev->adopted = false;
		netdev->offered = false;
	}
}

/* Whether no restarted driver will ask for a device: it was about to be freed, or what it was registered for is gone. */
static bool is_left(struct refit_domain *domain, const struct refit_netdev *netdev)
{
	return !netdev->freed && (netdev->unregistered || refit_is_unbound(domain->state, netdev->parent));
}

static void sweep(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (!is_left(domain, netdev))
			continue;
		if (netdev->registered && refit_drop(domain, REFIT_NETDEV_REGISTERED, netdev->device))
			unregister_netdev(netdev->device);
		netdev->registered = false;
		refit_drop(domain, REFIT_NETDEV, netdev->device);
		WRITE_ONCE(netdev->freed, true);
		free_netdev(netdev->device);
	}
}

static int repeat_vlan(struct net_device *vlan, int id, void *device)
{
	const struct net_device_ops *ops = ((struct net_device *)device)->netdev_ops;

	return ops->ndo_vlan_rx_add_vid(device, htons(ETH_P_8021Q), id);
}

/* The lists of addresses and of VLANs are kept in the net_device. */
static void repeat_filters(struct net_device *device)
{
	const struct net_device_ops *ops = device->netdev_ops;

	if (ops->ndo_vlan_rx_add_vid)
		vlan_for_each(device, repeat_vlan, device);
	if (!ops->ndo_set_rx_mode)
		return;
	netif_addr_lock_bh(device);
	ops->ndo_set_rx_mode(device);
	netif_addr_unlock_bh(device);
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
 * packets of other devices with it: TCP sends none again that it takes for being still on its way.
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

	restore(netdev);
	netdev->reopened = false;
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
	netdev->reopened = true;
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
	int error = 0;

	rtnl_lock();
	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (!netdev->registered)
			continue;
		/* The restarted driver doesn't want its device any more. */
		error = netdev->offered ? resume_one(netdev) : -ENODEV;
		if (error)
			break;
	}
	rtnl_unlock();
	return error;
}

/* A user may have brought it up or down after it was resumed, and before the driver could be asked again. */
static void catch_up(struct refit_netdev *netdev)
{
	struct net_device *device = netdev->device;
	const struct net_device_ops *ops = device->netdev_ops;

	if (!netdev->open && netdev->reopened && ops->ndo_stop)
		ops->ndo_stop(device);
	else if (netdev->open ? !netdev->reopened : netdev->unsettled)
		resume_one(netdev);
	if (netdev->open)
		netif_tx_wake_all_queues(device);
}

static void running(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	rtnl_lock();
	list_for_each_entry(netdev, &domain->state->netdevs, list)
		if (netdev->registered)
			catch_up(netdev);
	rtnl_unlock();
}

static bool settled(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list)
		if (netdev->unsettled && !netdev->freed)
			return false;
	return true;
}

static void dead(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list) {
		if (!netdev->registered)
			continue;
		restore(netdev);
		netif_carrier_off(netdev->device);
	}
}

/* All devices have been freed. */
static void forget(struct refit_domain *domain)
{
	struct refit_netdev *netdev;

	list_for_each_entry(netdev, &domain->state->netdevs, list)
		netdev->freed = true;
	forget_freed(domain);
}

const struct refit_shadow refit_net_shadow = {
	.name = "net",
	.quiet = quiet,
	.sweep = sweep,
	.resume = resume,
	.running = running,
	.settled = settled,
	.dead = dead,
	.forget = forget,
};
