/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The object tracker: what a driver has from the kernel and has not given back. A driver that fails gives nothing back
 * itself, so the guard does, kind after kind.
 *
 * It is a table of buckets for each domain, without locks, since packets come and go by the thousand and each has two objects.
 *
 *   1. An object is a tag, which tells kind and key, and what is known of it. A bucket has slots for a few.
 *   2. To note an object is to put REFIT_BUSY where there was 0, in one step, then to fill in the rest, then to put the tag there.
 *   3. To take it out is to put REFIT_BUSY where its tag was, in one step. Whoever succeeds has it; at the end there is 0.
 *   4. What finds its bucket full goes to a second table, with a lock.
 *
 * A tag belongs to a bucket, and there to a slot, where it mostly is; own.h has that case, and objects.c all others.
 */
#ifndef REFIT_OBJECTS_H
#define REFIT_OBJECTS_H

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct refit_domain;

/* In the order of release: first what may call the driver, then what the device may write to, then what the rest stands on. */
enum refit_kind {
	REFIT_IRQ,		/* key: dev_id; size: the number */
	REFIT_NAPI_ENABLED,	/* key: the napi_struct */
	REFIT_NAPI,
	REFIT_WORK,
	REFIT_DELAYED_WORK,	/* before its timer: it is pending until it has been cancelled itself */
	REFIT_TIMER,
	REFIT_PCI_MASTER,	/* key: the pci_dev, as in all PCI kinds */
	REFIT_DMA,		/* key: the bus address; extra: device, direction */
	REFIT_DMA_COHERENT,	/* key: the address; extra: device, bus address */
	REFIT_SKB,		/* size: of its data; extra: their address, see skb.c */
	REFIT_FRAGMENT,		/* of a page; extra: likewise */
	REFIT_PAGE,
	REFIT_MEMORY,		/* kmalloc; last extra: whether there are timers or work in it */
	REFIT_VMEMORY,		/* vmalloc; likewise */
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

#define REFIT_SLOT_BITS		15
/* Slots; they fill two cache lines. */
#define REFIT_BUCKET		4
#define REFIT_OVERFLOW_BITS	10

struct refit_slot {
	unsigned long tag;		/* 0 if there is nothing here */
	unsigned long size;
	unsigned long extra[2];
};

struct refit_objects {
	struct refit_slot slots[1 << REFIT_SLOT_BITS] ____cacheline_aligned;
	spinlock_t lock;			/* of the overflow */
	struct hlist_head overflow[1 << REFIT_OVERFLOW_BITS];
	unsigned int overflowing;		/* how many are in it */
};

void refit_objects_prepare(struct refit_objects *objects);
/* Adds how many objects of each kind there are, at about this time. */
void refit_count_objects(struct refit_objects *objects, unsigned long counts[REFIT_KINDS]);

/*
 * Keys are addresses of the kernel, of which the upper bits are ones, or bus addresses, where this bit is 0 and so
 * are those above it. The uppermost five bits have the kind; no tag is 0.
 */
#define REFIT_KERNEL_BIT	58
#define REFIT_KIND_SHIFT	59

static_assert(REFIT_KINDS < 31);

/* No tag: its kind would be 0 less 1. */
#define REFIT_BUSY	1ul

static __always_inline unsigned long refit_tag(enum refit_kind kind, const void *key)
{
	return (unsigned long)key ^ ((unsigned long)(kind + 1) << REFIT_KIND_SHIFT);
}

/* What own.h leaves over. */
__cold bool refit_own_slowly(struct refit_domain *domain, unsigned long tag, unsigned long size, unsigned long extra0,
		      unsigned long extra1);
__cold bool refit_own_another_slowly(struct refit_domain *domain, unsigned long tag, unsigned long size, unsigned long extra0,
			      unsigned long extra1);
__cold struct refit_slot *refit_take_slowly(struct refit_objects *objects, unsigned long tag);
__cold void refit_forget_slowly(struct refit_slot *slot);
__cold bool refit_drop_exact_slowly(struct refit_objects *objects, unsigned long tag, unsigned long size, unsigned long extra0);

bool refit_owns(struct refit_domain *domain, enum refit_kind kind, const void *key);

/* Sets the last member of an object. False if there is none. */
bool refit_set_extra(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long extra1);

/* Copies the first object that is wanted. False if none is. Slow. */
bool refit_find(struct refit_domain *domain, bool (*wanted)(const struct refit_object *object, unsigned long argument),
		unsigned long argument, struct refit_object *object);

/* How an object of a kind is given back. */
typedef void (*refit_release_t)(struct refit_domain *domain, struct refit_object *object);

/* Takes all objects of a kind out of one of a domain's tables and gives each back. Nothing of the driver runs meanwhile. */
void refit_release_kind(struct refit_domain *domain, struct refit_objects *objects, enum refit_kind kind,
			refit_release_t release);

/* Puts an object that has been taken out into another of a domain's tables. */
void refit_keep(struct refit_domain *domain, struct refit_objects *objects, const struct refit_object *object);

#endif
