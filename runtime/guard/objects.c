// SPDX-License-Identifier: GPL-2.0-only
/* The object tracker: its second table, and what isn't done for each packet. */
#include <linux/hash.h>
#include <linux/slab.h>

#include <refit/own.h>

#include "state.h"

const char *const refit_kind_names[REFIT_KINDS] = {
	[REFIT_IRQ] = "irq",
	[REFIT_NAPI_ENABLED] = "napi-enabled",
	[REFIT_NAPI] = "napi",
	[REFIT_TIMER] = "timer",
	[REFIT_WORK] = "work",
	[REFIT_DELAYED_WORK] = "delayed-work",
	[REFIT_PCI_MASTER] = "pci-master",
	[REFIT_DMA] = "dma",
	[REFIT_DMA_COHERENT] = "dma-coherent",
	[REFIT_SKB] = "skb",
	[REFIT_FRAGMENT] = "fragment",
	[REFIT_PAGE] = "page",
	[REFIT_MEMORY] = "memory",
	[REFIT_VMEMORY] = "vmemory",
	[REFIT_MAPPING] = "mapping",
	[REFIT_PCI_MWI] = "pci-mwi",
	[REFIT_PCI_REGIONS] = "pci-regions",
	[REFIT_PCI_ENABLED] = "pci-enabled",
	[REFIT_NETDEV_REGISTERED] = "netdev-registered",
	[REFIT_NETDEV] = "netdev",
	[REFIT_PCI_DRIVER] = "pci-driver",
};

/* The bits of a key that a tag has the kind in. */
static unsigned long upper_bits(unsigned long tag)
{
	return tag & BIT(REFIT_KERNEL_BIT) ? ~0ul << REFIT_KIND_SHIFT : 0;
}

static enum refit_kind kind_of(unsigned long tag)
{
	return ((tag ^ upper_bits(tag)) >> REFIT_KIND_SHIFT) - 1;
}

/* Reads an object. False if there is none. */
static bool decode(const struct refit_slot *slot, struct refit_object *object)
{
	unsigned long tag = READ_ONCE(slot->tag);

	if (!tag || tag == REFIT_BUSY)
		return false;
	object->key = (tag & (BIT(REFIT_KIND_SHIFT) - 1)) | upper_bits(tag);
	object->kind = kind_of(tag);
	object->size = slot->size;
	object->extra[0] = slot->extra[0];
	object->extra[1] = slot->extra[1];
	/* It may have been taken out meanwhile, and another one put in. */
	smp_rmb();
	return READ_ONCE(slot->tag) == tag;
}

/* An object that found its bucket full. */
struct overflowing {
	struct hlist_node node;
	struct refit_slot slot;
};

void refit_objects_prepare(struct refit_objects *objects)
{
	spin_lock_init(&objects->lock);
}

static struct hlist_head *overflow_of(struct refit_objects *objects, unsigned long tag)
{
	return &objects->overflow[hash_long(tag, REFIT_OVERFLOW_BITS)];
}

/* Under the lock. */
static struct overflowing *find_overflowing(struct refit_objects *objects, unsigned long tag)
{
	struct overflowing *object;

	hlist_for_each_entry(object, overflow_of(objects, tag), node)
		if (object->slot.tag == tag)
			return object;
	return NULL;
}

static bool overflow(struct refit_domain *domain, struct refit_objects *objects, struct refit_slot slot)
{
	struct overflowing *object = kmalloc(sizeof(*object), GFP_ATOMIC | __GFP_NOWARN);
	unsigned long flags;

	if (!object) {
		domain->state->untracked = true;
		return false;
	}
	object->slot = slot;
	spin_lock_irqsave(&objects->lock, flags);
	hlist_add_head(&object->node, overflow_of(objects, slot.tag));
	objects->overflowing++;
	spin_unlock_irqrestore(&objects->lock, flags);
	return true;
}

/* False if it isn't there. */
static bool change_overflowing(struct refit_objects *objects, struct refit_slot slot)
{
	struct overflowing *object;
	unsigned long flags;

	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, slot.tag);
	if (object)
		object->slot = slot;
	spin_unlock_irqrestore(&objects->lock, flags);
	return object;
}

/* Under the lock. */
static void unlink_overflowing(struct refit_objects *objects, struct overflowing *object)
{
	hlist_del(&object->node);
	objects->overflowing--;
}

static struct refit_slot *take_overflowing(struct refit_objects *objects, unsigned long tag)
{
	struct overflowing *object;
	unsigned long flags;

	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, tag);
	if (object)
		unlink_overflowing(objects, object);
	spin_unlock_irqrestore(&objects->lock, flags);
	return object ? &object->slot : NULL;
}

/* Only what was in the second table keeps its tag when it is taken out. */
void refit_forget_slowly(struct refit_slot *slot)
{
	kfree(container_of(slot, struct overflowing, slot));
}
EXPORT_SYMBOL_GPL(refit_forget_slowly);

static struct refit_slot *bucket_of(struct refit_objects *objects, unsigned long tag)
{
	return refit_bucket_of(objects, kind_of(tag), tag);
}

/* The slot of a tag, or NULL. */
static struct refit_slot *find_slot(struct refit_objects *objects, unsigned long tag)
{
	struct refit_slot *bucket = bucket_of(objects, tag);
	int i;

	for (i = 0; i < REFIT_BUCKET; i++)
		if (READ_ONCE(bucket[i].tag) == tag)
			return &bucket[i];
	return NULL;
}

static bool put(struct refit_domain *domain, struct refit_objects *objects, struct refit_slot slot)
{
	struct refit_slot *bucket = bucket_of(objects, slot.tag);
	int i;

	for (i = 0; i < REFIT_BUCKET; i++)
		if (refit_fill(&bucket[i], slot.tag, slot.size, slot.extra[0], slot.extra[1]))
			return true;
	return overflow(domain, objects, slot);
}

bool refit_own_another_slowly(struct refit_domain *domain, unsigned long tag, unsigned long size, unsigned long extra0,
			      unsigned long extra1)
{
	return put(domain, domain->objects, (struct refit_slot) { tag, size, { extra0, extra1 } });
}
EXPORT_SYMBOL_GPL(refit_own_another_slowly);

bool refit_own_slowly(struct refit_domain *domain, unsigned long tag, unsigned long size, unsigned long extra0,
		      unsigned long extra1)
{
	struct refit_objects *objects = domain->objects;
	struct refit_slot *slot = find_slot(objects, tag);

	if (slot) {
		slot->size = size;
		slot->extra[0] = extra0;
		slot->extra[1] = extra1;
		return true;
	}
	if (READ_ONCE(objects->overflowing) &&
	    change_overflowing(objects, (struct refit_slot) { tag, size, { extra0, extra1 } }))
		return true;
	return refit_own_another_slowly(domain, tag, size, extra0, extra1);
}
EXPORT_SYMBOL_GPL(refit_own_slowly);

struct refit_slot *refit_take_slowly(struct refit_objects *objects, unsigned long tag)
{
	struct refit_slot *slot = find_slot(objects, tag);

	if (slot)
		return cmpxchg(&slot->tag, tag, REFIT_BUSY) == tag ? slot : NULL;
	return READ_ONCE(objects->overflowing) ? take_overflowing(objects, tag) : NULL;
}
EXPORT_SYMBOL_GPL(refit_take_slowly);

static bool drop_exact_overflowing(struct refit_objects *objects, unsigned long tag, unsigned long size,
				   unsigned long extra0)
{
	struct overflowing *object;
	unsigned long flags;

	spin_lock_irqsave(&objects->lock, flags);
	hlist_for_each_entry(object, overflow_of(objects, tag), node) {
		const struct refit_slot *slot = &object->slot;

		if (slot->tag == tag && slot->size == size && slot->extra[0] == extra0) {
			unlink_overflowing(objects, object);
			break;
		}
	}
	spin_unlock_irqrestore(&objects->lock, flags);
	kfree(object);
	return object;
}

bool refit_drop_exact_slowly(struct refit_objects *objects, unsigned long tag, unsigned long size, unsigned long extra0)
{
	struct refit_slot *bucket = bucket_of(objects, tag);
	int i;

	for (i = 0; i < REFIT_BUCKET; i++)
		if (refit_empty_exact(&bucket[i], tag, size, extra0))
			return true;
	return READ_ONCE(objects->overflowing) && drop_exact_overflowing(objects, tag, size, extra0);
}
EXPORT_SYMBOL_GPL(refit_drop_exact_slowly);

bool refit_owns(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct refit_objects *objects = domain->objects;
	unsigned long tag = refit_tag(kind, key);
	unsigned long flags;
	bool owns;

	if (find_slot(objects, tag))
		return true;
	spin_lock_irqsave(&objects->lock, flags);
	owns = find_overflowing(objects, tag);
	spin_unlock_irqrestore(&objects->lock, flags);
	return owns;
}

bool refit_set_extra(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long extra1)
{
	struct refit_objects *objects = domain->objects;
	unsigned long tag = refit_tag(kind, key);
	struct refit_slot *slot = find_slot(objects, tag);
	struct overflowing *object;
	unsigned long flags;

	if (slot) {
		if (cmpxchg(&slot->tag, tag, REFIT_BUSY) != tag)
			return false;
		slot->extra[1] = extra1;
		smp_store_release(&slot->tag, tag);
		return true;
	}
	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, tag);
	if (object)
		object->slot.extra[1] = extra1;
	spin_unlock_irqrestore(&objects->lock, flags);
	return object;
}

/* The first object in the second table that is wanted. */
static bool find_in_overflow(struct refit_objects *objects, bool (*wanted)(const struct refit_object *, unsigned long),
			     unsigned long argument, struct refit_object *found)
{
	struct overflowing *object;
	unsigned long flags;
	bool is_found = false;
	int i;

	spin_lock_irqsave(&objects->lock, flags);
	for (i = 0; i < ARRAY_SIZE(objects->overflow); i++) {
		hlist_for_each_entry(object, &objects->overflow[i], node) {
			is_found = decode(&object->slot, found) && wanted(found, argument);
			if (is_found)
				goto out;
		}
	}
out:
	spin_unlock_irqrestore(&objects->lock, flags);
	return is_found;
}

bool refit_find(struct refit_domain *domain, bool (*wanted)(const struct refit_object *, unsigned long),
		unsigned long argument, struct refit_object *object)
{
	struct refit_objects *objects = domain->objects;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects->slots); i++)
		if (decode(&objects->slots[i], object) && wanted(object, argument))
			return true;
	return objects->overflowing && find_in_overflow(objects, wanted, argument, object);
}

static bool is_of_kind(const struct refit_object *object, unsigned long kind)
{
	return object->kind == kind;
}

/* Nothing of the driver runs, so what is found stays there until it is dropped. Others with the same tag may be elsewhere. */
void refit_release_kind(struct refit_domain *domain, struct refit_objects *objects, enum refit_kind kind,
			refit_release_t release)
{
	struct refit_object object;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects->slots); i++)
		if (decode(&objects->slots[i], &object) && object.kind == kind) {
			smp_store_release(&objects->slots[i].tag, 0);
			release(domain, &object);
		}
	while (objects->overflowing && find_in_overflow(objects, is_of_kind, kind, &object)) {
		refit_forget(take_overflowing(objects, refit_tag(kind, (void *)object.key)));
		release(domain, &object);
	}
}

void refit_keep(struct refit_domain *domain, struct refit_objects *objects, const struct refit_object *object)
{
	unsigned long tag = refit_tag(object->kind, (void *)object->key);

	put(domain, objects, (struct refit_slot) { tag, object->size, { object->extra[0], object->extra[1] } });
}

void refit_count_objects(struct refit_objects *objects, unsigned long counts[REFIT_KINDS])
{
	struct overflowing *overflowing;
	struct refit_object object;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects->slots); i++)
		if (decode(&objects->slots[i], &object))
			counts[object.kind]++;
	spin_lock_irqsave(&objects->lock, flags);
	for (i = 0; i < ARRAY_SIZE(objects->overflow); i++)
		hlist_for_each_entry(overflowing, &objects->overflow[i], node)
			if (decode(&overflowing->slot, &object))
				counts[object.kind]++;
	spin_unlock_irqrestore(&objects->lock, flags);
}
