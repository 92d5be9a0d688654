/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the generated imports and entries call, as the tables of kernel functions and roles say. "got" comes after the kernel has given
 * something to the driver, "gone" before the driver gives it back or away; what isn't there to be given is a failure of the driver.
 */
#ifndef REFIT_IMPORTS_H
#define REFIT_IMPORTS_H

#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

#include <refit/dma.h>
#include <refit/guard.h>
#include <refit/own.h>
#include <refit/packet.h>

/*
 * The driver may write what an argument points to, while the call lasts; or no longer. What it may write anyway, such as a part of its own memory,
 * is left alone. number is that of the argument, from 0.
 */
void refit_lend_argument(struct refit_crossing *crossing, int number, const void *start, size_t size);
void refit_take_back_argument(struct refit_crossing *crossing, int number, const void *start, size_t size);

/* memory.c. The kind is one of those that are memory. */
void refit_got_memory(struct refit_domain *domain, enum refit_kind kind, const void *start, size_t size);
void refit_gone_memory(struct refit_domain *domain, enum refit_kind kind, const void *start);
void refit_got_page(struct refit_domain *domain, struct page *page, unsigned int order);
void refit_gone_page(struct refit_domain *domain, struct page *page);

/* locks.c. All of them spin or wait for a limited time. */
void refit_spin_lock(struct refit_domain *domain, raw_spinlock_t *lock);
void refit_spin_lock_irq(struct refit_domain *domain, raw_spinlock_t *lock);
void refit_spin_lock_bh(struct refit_domain *domain, raw_spinlock_t *lock);
unsigned long refit_spin_lock_irqsave(struct refit_domain *domain, raw_spinlock_t *lock);
int refit_spin_trylock(struct refit_domain *domain, raw_spinlock_t *lock);
int refit_spin_trylock_bh(struct refit_domain *domain, raw_spinlock_t *lock);
void refit_spin_unlock(struct refit_domain *domain, raw_spinlock_t *lock);
void refit_spin_unlock_irq(struct refit_domain *domain, raw_spinlock_t *lock);
void refit_spin_unlock_bh(struct refit_domain *domain, raw_spinlock_t *lock);
void refit_spin_unlock_irqrestore(struct refit_domain *domain, raw_spinlock_t *lock, unsigned long flags);
void refit_mutex_lock(struct refit_domain *domain, struct mutex *lock);
int refit_mutex_lock_interruptible(struct refit_domain *domain, struct mutex *lock);
int refit_mutex_lock_killable(struct refit_domain *domain, struct mutex *lock);
int refit_mutex_trylock(struct refit_domain *domain, struct mutex *lock);
void refit_mutex_unlock(struct refit_domain *domain, struct mutex *lock);
void refit_rtnl_lock(struct refit_domain *domain);
int refit_rtnl_trylock(struct refit_domain *domain);
void refit_rtnl_unlock(struct refit_domain *domain);
/* A delay that the driver asks for. */
void refit_check_delay(struct refit_domain *domain, unsigned long milliseconds);

/* callbacks.c */
int refit_request_irq(struct refit_domain *domain, unsigned int irq, irq_handler_t handler, irq_handler_t thread,
		      unsigned long flags, const char *name, void *dev_id);
void refit_gone_irq(struct refit_domain *domain, unsigned int irq, void *dev_id);
/* For a driver that is stopped: keeps its devices from asking again and again. */
void refit_quiet_devices(struct refit_domain *domain);
void refit_got_timer(struct refit_domain *domain, struct timer_list *timer);
void refit_got_work(struct refit_domain *domain, struct work_struct *work);
void refit_got_delayed_work(struct refit_domain *domain, struct delayed_work *work);
/* Before the driver waits for a work item or timer: not from within itself. */
void refit_check_wait(struct refit_domain *domain, const void *waited_for);

/* pci.c */
int refit_pci_register_driver(struct refit_domain *domain, struct pci_driver *driver, struct module *owner, const char *name);
void refit_pci_unregister_driver(struct refit_domain *domain, struct pci_driver *driver);
void refit_probe_begins(struct refit_domain *domain, struct pci_dev *device, const struct pci_device_id *id);
/* Behind a probe or a removal, or in its place. */
void refit_probe_ended(struct refit_crossing *crossing, struct pci_dev *device);
void refit_removed(struct refit_crossing *crossing, struct pci_dev *device);
void refit_got_pci(struct refit_domain *domain, enum refit_kind kind, struct pci_dev *device, int bars);
void refit_gone_pci(struct refit_domain *domain, enum refit_kind kind, struct pci_dev *device, int bars);
void refit_got_mapping(struct refit_domain *domain, void __iomem *start);
void refit_gone_mapping(struct refit_domain *domain, void __iomem *start);

/* ../shadow/netdev.c, ../shadow/napi.c */
struct net_device *refit_alloc_netdev(struct refit_domain *domain, int private_size, unsigned int txqs, unsigned int rxqs);
void refit_free_netdev(struct refit_domain *domain, struct net_device *device);
int refit_register_netdev(struct refit_domain *domain, struct net_device *device);
void refit_unregister_netdev(struct refit_domain *domain, struct net_device *device);
void refit_set_address(struct refit_domain *domain, struct net_device *device, unsigned int offset, const void *address, size_t length);
void refit_napi_add(struct refit_domain *domain, struct net_device *device, struct napi_struct *napi,
		    int (*poll)(struct napi_struct *, int), int weight);
void refit_gone_napi(struct refit_domain *domain, const struct napi_struct *napi);
void refit_napi_enable(struct refit_domain *domain, struct napi_struct *napi);
void refit_napi_disable(struct refit_domain *domain, struct napi_struct *napi);
void refit_napi_completed(void);
char *refit_strncpy(struct refit_domain *domain, char *to, const char *from, size_t size);
ssize_t refit_strscpy(struct refit_domain *domain, char *to, const char *from, size_t size);
void refit_polled(struct refit_crossing *crossing, struct napi_struct *napi, int budget);
void refit_poll_refused(struct napi_struct *napi);
struct net_device_stats *refit_stats(struct refit_crossing *crossing, struct net_device *device);

/* Of the strings that ethtool_ops.get_strings writes; asks the driver. */
size_t refit_size_of_strings(struct net_device *device, int set);

/* ../shadow/requests.c. What the kernel or the user has asked of a device and has to be asked again of a restarted driver. */
void refit_opened(struct refit_crossing *crossing, struct net_device *device);
void refit_closed(struct refit_crossing *crossing, struct net_device *device);
/*
 * Something was changed; size bytes are noted of what the argument behind the device points to, and next_size bytes of what the next one does.
 * When it is asked again, arguments behind these are 0. Without a size, they are numbers.
 */
void refit_requested(struct refit_crossing *crossing, struct net_device *device, size_t size, size_t next_size);
void refit_mtu_changed(struct refit_crossing *crossing, struct net_device *device, int mtu);
/* Something was asked; noted likewise. */
void refit_answered(struct refit_crossing *crossing, struct net_device *device, size_t size);
/* Answers as the driver did the last time. */
void refit_answer(struct refit_crossing *crossing, struct net_device *device);

#endif
