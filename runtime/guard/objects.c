// SPDX-License-Identifier: GPL-2.0-only
/* The object tracker: its second table, and what isn't done for each packet. */
#include <linux/hash.h>
#include <linux/slab.h>

#include "objects.h"
#include "own.h"
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

/* False if it is no tag. */
static bool decode(unsigned long tag, const struct refit_body *body, struct refit_object *object)
{
	unsigned long ones = tag & BIT(REFIT_KERNEL_BIT) ? ~0ul << REFIT_KIND_SHIFT : 0;

	if (!tag || tag == REFIT_BUSY)
		return false;
	object->key = (tag & (BIT(REFIT_KIND_SHIFT) - 1)) | ones;
	object->kind = ((tag ^ ones) >> REFIT_KIND_SHIFT) - 1;
	object->size = body->size;
	object->extra[0] = body->extra[0];
	object->extra[1] = body->extra[1];
	return true;
}

/* An object that found its bucket full. */
struct overflowing {
	struct hlist_node node;
	unsigned long tag;
	struct refit_body body;
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
		if (object->tag == tag)
			return object;
	return NULL;
}

bool refit_overflow(struct refit_domain *domain, unsigned long tag, struct refit_body body)
{
	struct refit_objects *objects = &domain->state->objects;
	struct overflowing *object = kmalloc(sizeof(*object), GFP_ATOMIC | __GFP_NOWARN);
	unsigned long flags;

	if (!object) {
		domain->state->untracked = true;
		return false;
	}
	object->tag = tag;
	object->body = body;
	spin_lock_irqsave(&objects->lock, flags);
	hlist_add_head(&object->node, overflow_of(objects, tag));
	objects->overflowed = true;
	spin_unlock_irqrestore(&objects->lock, flags);
	return true;
}

bool refit_change_overflowing(struct refit_objects *objects, unsigned long tag, struct refit_body body)
{
	struct overflowing *object;
	unsigned long flags;

	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, tag);
	if (object)
		object->body = body;
	spin_unlock_irqrestore(&objects->lock, flags);
	return object;
}

bool refit_take_overflowing(struct refit_objects *objects, unsigned long tag, struct refit_body *body)
{
	struct overflowing *object;
	unsigned long flags;

	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, tag);
	if (object) {
		*body = object->body;
		hlist_del(&object->node);
	}
	spin_unlock_irqrestore(&objects->lock, flags);
	kfree(object);
	return object;
}

bool refit_owns(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag = refit_tag(kind, key);
	unsigned long flags;
	bool owns;

	if (refit_slot(refit_place(objects, tag), tag) >= 0)
		return true;
	spin_lock_irqsave(&objects->lock, flags);
	owns = find_overflowing(objects, tag);
	spin_unlock_irqrestore(&objects->lock, flags);
	return owns;
}

bool refit_set_extra(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long extra1)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag = refit_tag(kind, key);
	struct refit_place place = refit_place(objects, tag);
	struct overflowing *object;
	int slot = refit_slot(place, tag);
	unsigned long flags;

	if (slot >= 0) {
		place.bucket->bodies[slot].extra[1] = extra1;
		/* Whoever has taken it meanwhile does not know. */
		smp_mb();
		return READ_ONCE(place.bucket->tags[slot]) == tag;
	}
	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, tag);
	if (object)
		object->body.extra[1] = extra1;
	spin_unlock_irqrestore(&objects->lock, flags);
	return object;
}

#define SLOTS	((1u << REFIT_BUCKET_BITS) * REFIT_BUCKET_SLOTS)

/* A slot of the table by number. False if there is nothing in it. */
static bool decode_slot(struct refit_objects *objects, unsigned int number, struct refit_object *object)
{
	struct refit_bucket *bucket = &objects->buckets[number / REFIT_BUCKET_SLOTS];
	unsigned int slot = number % REFIT_BUCKET_SLOTS;

	return decode(READ_ONCE(bucket->tags[slot]), &bucket->bodies[slot], object);
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
			is_found = decode(object->tag, &object->body, found) && wanted(found, argument);
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
	struct refit_objects *objects = &domain->state->objects;
	unsigned int slot;

	for (slot = 0; slot < SLOTS; slot++)
		if (decode_slot(objects, slot, object) && wanted(object, argument))
			return true;
	return objects->overflowed && find_in_overflow(objects, wanted, argument, object);
}

static bool is_of_kind(const struct refit_object *object, unsigned long kind)
{
	return object->kind == kind;
}

/* Nothing of the driver runs, so what is found is what is dropped. */
void refit_release_kind(struct refit_domain *domain, enum refit_kind kind, refit_release_t release)
{
	struct refit_objects *objects = &domain->state->objects;
	struct refit_object object;
	unsigned int slot;

	for (slot = 0; slot < SLOTS; slot++)
		if (decode_slot(objects, slot, &object) && object.kind == kind &&
		    refit_drop(domain, kind, (void *)object.key))
			release(domain, &object);
	while (objects->overflowed && find_in_overflow(objects, is_of_kind, kind, &object))
		if (refit_drop(domain, kind, (void *)object.key))
			release(domain, &object);
}

void refit_count_objects(struct refit_domain *domain, unsigned long counts[REFIT_KINDS])
{
	struct refit_objects *objects = &domain->state->objects;
	struct overflowing *overflowing;
	struct refit_object object;
	unsigned long flags;
	unsigned int slot;
	int i;

	for (slot = 0; slot < SLOTS; slot++)
		if (decode_slot(objects, slot, &object))
			counts[object.kind]++;
	spin_lock_irqsave(&objects->lock, flags);
	for (i = 0; i < ARRAY_SIZE(objects->overflow); i++)
		hlist_for_each_entry(overflowing, &objects->overflow[i], node)
			if (decode(overflowing->tag, &overflowing->body, &object))
				counts[object.kind]++;
	spin_unlock_irqrestore(&objects->lock, flags);
}
