// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object tracker: a table of buckets for each domain, without locks, since packets come and go by the thousand and each has two objects.
 *
 *   1. An object is a tag, which tells kind and key, and a body. A bucket has a few of each; the tags share a cache line. The table is small, so that
 *      it stays where it is quick to get at.
 *   2. To note an object is to put its tag where there was 0, in one step, and then to fill in the body. Nobody asks for it in between:
 *      the driver has not been told of it yet.
 *   3. To forget it is to copy the body and then to put 0 where its tag was, in one step. Whoever succeeds has it.
 *   4. What finds its bucket full goes to a second table, with a lock.
 */
#include <linux/hash.h>
#include <linux/slab.h>

#include "objects.h"
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

/*
 * Keys are addresses of the kernel, of which the upper bits are ones, or bus addresses as dma.c makes them, where this bit is 0 and so
 * are those above it. The uppermost five bits have the kind; no tag is 0.
 */
#define KERNEL_BIT	58
#define KIND_SHIFT	59

static_assert(REFIT_KINDS < 31);

static __always_inline unsigned long tag_of(enum refit_kind kind, unsigned long key)
{
	return key ^ ((unsigned long)(kind + 1) << KIND_SHIFT);
}

static void decode(unsigned long tag, struct refit_object *object)
{
	unsigned long ones = tag & BIT(KERNEL_BIT) ? ~0ul << KIND_SHIFT : 0;

	object->key = (tag & (BIT(KIND_SHIFT) - 1)) | ones;
	object->kind = ((tag ^ ones) >> KIND_SHIFT) - 1;
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

static noinline bool overflow(struct refit_domain *domain, unsigned long tag, const struct refit_body *body)
{
	struct refit_objects *objects = &domain->state->objects;
	struct overflowing *object;
	unsigned long flags;

	spin_lock_irqsave(&objects->lock, flags);
	object = find_overflowing(objects, tag);
	if (!object) {
		object = kmalloc(sizeof(*object), GFP_ATOMIC | __GFP_NOWARN);
		if (object) {
			object->tag = tag;
			hlist_add_head(&object->node, overflow_of(objects, tag));
			objects->overflowed = true;
		} else {
			domain->state->untracked = true;
		}
	}
	if (object)
		object->body = *body;
	spin_unlock_irqrestore(&objects->lock, flags);
	return object;
}

static noinline bool take_overflowing(struct refit_objects *objects, unsigned long tag, struct refit_body *body)
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

static __always_inline struct refit_bucket *bucket_of(struct refit_objects *objects, unsigned long tag)
{
	return &objects->buckets[hash_long(tag, REFIT_BUCKET_BITS)];
}

bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long size,
	       unsigned long extra0, unsigned long extra1)
{
	const struct refit_body body = { size, { extra0, extra1 } };
	unsigned long tag = tag_of(kind, (unsigned long)key);
	struct refit_bucket *bucket = bucket_of(&domain->state->objects, tag);
	int i, empty = -1;

	for (i = REFIT_BUCKET_SLOTS - 1; i >= 0; i--) {
		unsigned long found = READ_ONCE(bucket->tags[i]);

		if (found == tag) {
			bucket->bodies[i] = body;
			return true;
		}
		if (!found)
			empty = i;
	}
	for (i = empty; i >= 0 && i < REFIT_BUCKET_SLOTS; i++) {
		if (READ_ONCE(bucket->tags[i]) || cmpxchg(&bucket->tags[i], 0, tag))
			continue;
		bucket->bodies[i] = body;
		return true;
	}
	return overflow(domain, tag, &body);
}

static __always_inline bool take(struct refit_objects *objects, unsigned long tag, struct refit_body *body)
{
	struct refit_bucket *bucket = bucket_of(objects, tag);
	int i;

	for (i = 0; i < REFIT_BUCKET_SLOTS; i++) {
		if (READ_ONCE(bucket->tags[i]) != tag)
			continue;
		*body = bucket->bodies[i];
		return cmpxchg(&bucket->tags[i], tag, 0) == tag;
	}
	return unlikely(READ_ONCE(objects->overflowed)) && take_overflowing(objects, tag, body);
}

bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key, struct refit_object *copy)
{
	struct refit_body body;

	if (!take(&domain->state->objects, tag_of(kind, (unsigned long)key), &body))
		return false;
	if (copy)
		*copy = (struct refit_object) {
			kind, (unsigned long)key, body.size, { body.extra[0], body.extra[1] }
		};
	return true;
}

bool refit_owns(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag = tag_of(kind, (unsigned long)key);
	struct refit_bucket *bucket = bucket_of(objects, tag);
	unsigned long flags;
	bool owns;
	int i;

	for (i = 0; i < REFIT_BUCKET_SLOTS; i++)
		if (READ_ONCE(bucket->tags[i]) == tag)
			return true;
	spin_lock_irqsave(&objects->lock, flags);
	owns = find_overflowing(objects, tag);
	spin_unlock_irqrestore(&objects->lock, flags);
	return owns;
}

/* The next object in the second table whose kind is given, or the tag 0. */
static unsigned long next_overflowing(struct refit_objects *objects, enum refit_kind kind)
{
	struct overflowing *object;
	struct refit_object decoded;
	unsigned long flags, tag = 0;
	int i;

	spin_lock_irqsave(&objects->lock, flags);
	for (i = 0; i < ARRAY_SIZE(objects->overflow) && !tag; i++) {
		hlist_for_each_entry(object, &objects->overflow[i], node) {
			decode(object->tag, &decoded);
			if (decoded.kind == kind)
				tag = object->tag;
		}
	}
	spin_unlock_irqrestore(&objects->lock, flags);
	return tag;
}

static void release_tag(struct refit_domain *domain, unsigned long tag, enum refit_kind kind, refit_release_t release)
{
	struct refit_object object;

	decode(tag, &object);
	if (tag && object.kind == kind && refit_disown(domain, kind, (void *)object.key, &object))
		release(domain, &object);
}

void refit_release_kind(struct refit_domain *domain, enum refit_kind kind, refit_release_t release)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag;
	int i, j;

	for (i = 0; i < ARRAY_SIZE(objects->buckets); i++)
		for (j = 0; j < REFIT_BUCKET_SLOTS; j++)
			release_tag(domain, READ_ONCE(objects->buckets[i].tags[j]), kind, release);
	while (objects->overflowed && (tag = next_overflowing(objects, kind)))
		release_tag(domain, tag, kind, release);
}

static void count_tag(unsigned long tag, unsigned long counts[REFIT_KINDS])
{
	struct refit_object object;

	if (!tag)
		return;
	decode(tag, &object);
	counts[object.kind]++;
}

void refit_count_objects(struct refit_domain *domain, unsigned long counts[REFIT_KINDS])
{
	struct refit_objects *objects = &domain->state->objects;
	struct overflowing *object;
	unsigned long flags;
	int i, j;

	for (i = 0; i < ARRAY_SIZE(objects->buckets); i++)
		for (j = 0; j < REFIT_BUCKET_SLOTS; j++)
			count_tag(READ_ONCE(objects->buckets[i].tags[j]), counts);
	spin_lock_irqsave(&objects->lock, flags);
	for (i = 0; i < ARRAY_SIZE(objects->overflow); i++)
		hlist_for_each_entry(object, &objects->overflow[i], node)
			count_tag(object->tag, counts);
	spin_unlock_irqrestore(&objects->lock, flags);
}
