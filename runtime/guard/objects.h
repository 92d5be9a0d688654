/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The object tracker: what a driver has from the kernel and has not given back. A driver that fails gives nothing back
 * itself, so the guard does, kind after kind.
 */
#ifndef REFIT_OBJECTS_H
#define REFIT_OBJECTS_H

#include <linux/cache.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct refit_domain;
struct refit_objects;

/* In the order of release: first what may call the driver, then what the device may write to, then what the rest stands on. */
enum refit_kind {
	REFIT_IRQ,		/* key: dev_id; size: the number */
	REFIT_NAPI_ENABLED,	/* key: the napi_struct */
	REFIT_NAPI,
	REFIT_WORK,
	REFIT_DELAYED_WORK,	/* before its timer: it is pending until it has been cancelled itself */
	REFIT_TIMER,
	REFIT_PCI_MASTER,	/* key: the pci_dev, as in all PCI kinds */
	REFIT_DMA,		/* key: see dma.c; extra: device, direction */
	REFIT_DMA_COHERENT,	/* key: the address; extra: device, bus address */
	REFIT_SKB,
	REFIT_FRAGMENT,		/* of a page */
	REFIT_PAGE,
	REFIT_MEMORY,		/* kmalloc */
	REFIT_VMEMORY,		/* vmalloc */
	REFIT_MAPPING,		/* ioremap */
	REFIT_PCI_MWI,
	REFIT_PCI_REGIONS,	/* size: a mask of BARs */
	REFIT_PCI_ENABLED,
	REFIT_NETDEV_REGISTERED,	/* key: the net_device */
	REFIT_NETDEV,
	REFIT_PCI_DRIVER,	/* key: the driver's pci_driver */
	REFIT_KINDS,
};

extern const char *const refit_kind_names[REFIT_KINDS];

/* What is known of an object. */
struct refit_object {
	enum refit_kind kind;
	unsigned long key;
	unsigned long size;
	unsigned long extra[2];
};

#define REFIT_BUCKET_BITS	9
/* The tags of a bucket fill a cache line. */
#define REFIT_BUCKET_SLOTS	8
#define REFIT_OVERFLOW_BITS	10

struct refit_body {
	unsigned long size;
	unsigned long extra[2];
};

struct refit_bucket {
	unsigned long tags[REFIT_BUCKET_SLOTS];
	struct refit_body bodies[REFIT_BUCKET_SLOTS];
} ____cacheline_aligned;

struct refit_objects {
	struct refit_bucket buckets[1 << REFIT_BUCKET_BITS];
	spinlock_t lock;			/* of the overflow */
	struct hlist_head overflow[1 << REFIT_OVERFLOW_BITS];
	bool overflowed;			/* there may be something in it */
};

void refit_objects_prepare(struct refit_objects *objects);
/* How many objects of each kind there are, at about this time. */
void refit_count_objects(struct refit_domain *domain, unsigned long counts[REFIT_KINDS]);

/*
 * Notes an object; one that is noted already is brought up to date. False without memory.
 */
bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long size,
	       unsigned long extra0, unsigned long extra1);
/* Forgets an object; *object gets a copy if it isn't NULL. False if there is none. */
bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key, struct refit_object *object);
bool refit_owns(struct refit_domain *domain, enum refit_kind kind, const void *key);

/* How an object of a kind is given back. */
typedef void (*refit_release_t)(struct refit_domain *domain, struct refit_object *object);

/* Takes out all objects of a kind and gives each back. Nothing of the driver runs meanwhile. */
void refit_release_kind(struct refit_domain *domain, enum refit_kind kind, refit_release_t release);

#endif
