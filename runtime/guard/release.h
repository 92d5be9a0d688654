/* SPDX-License-Identifier: GPL-2.0-only */
/* How each kind of object is given back in place of a driver that failed. */
#ifndef REFIT_RELEASE_H
#define REFIT_RELEASE_H

#include <refit/objects.h>

/* Memory with timers and work in it is about to be freed. True if one of these was still going to happen. */
bool refit_forget_callbacks(struct refit_domain *domain, const void *start, size_t size);

void refit_release_memory(struct refit_domain *domain, struct refit_object *object);
void refit_release_vmemory(struct refit_domain *domain, struct refit_object *object);
void refit_release_fragment(struct refit_domain *domain, struct refit_object *object);
void refit_release_page(struct refit_domain *domain, struct refit_object *object);
void refit_release_dma(struct refit_domain *domain, struct refit_object *object);
void refit_release_coherent(struct refit_domain *domain, struct refit_object *object);
void refit_release_irq(struct refit_domain *domain, struct refit_object *object);
void refit_release_timer(struct refit_domain *domain, struct refit_object *object);
void refit_release_work(struct refit_domain *domain, struct refit_object *object);
void refit_release_delayed_work(struct refit_domain *domain, struct refit_object *object);
void refit_release_pci_master(struct refit_domain *domain, struct refit_object *object);
void refit_release_pci_mwi(struct refit_domain *domain, struct refit_object *object);
void refit_release_pci_regions(struct refit_domain *domain, struct refit_object *object);
void refit_release_pci_enabled(struct refit_domain *domain, struct refit_object *object);
void refit_release_mapping(struct refit_domain *domain, struct refit_object *object);
void refit_release_pci_driver(struct refit_domain *domain, struct refit_object *object);
void refit_release_skb(struct refit_domain *domain, struct refit_object *object);
/* Its pages are given back with it, if it is given back later on. */
void refit_hold_skb(struct refit_domain *domain, struct refit_object *object);
void refit_release_napi_enabled(struct refit_domain *domain, struct refit_object *object);
void refit_release_napi(struct refit_domain *domain, struct refit_object *object);
void refit_release_netdev_registered(struct refit_domain *domain, struct refit_object *object);
void refit_release_netdev(struct refit_domain *domain, struct refit_object *object);

#endif
