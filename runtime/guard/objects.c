// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object tracker: a table of buckets for each domain, without locks, since packets come and go by the thousand and each has two objects.
 *
 *   1. An object is a tag, which tells kind and key, and a body. A bucket has a few of each; the tags share a cache line.
 *   2. To note an object is to put its tag where there was 0, in one step, and then to fill in the body. Nobody asks for it in between:
 *      the driver has not been told of it yet.
 *   3. To forget it is to copy the body and then to put 0 where its tag was, in one step. Whoever succeeds has it.
 *   4. What finds its bucket full goes to a list.
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
	struct list_head list;
	unsigned long tag;
	struct refit_body body;
};

void refit_objects_prepare(struct refit_objects *objects)
{
	spin_lock_init(&objects->lock);
	INIT_LIST_HEAD(&objects->overflow);
}

static __always_inline void count(struct refit_domain *domain, enum refit_kind kind, int change)
{
	this_cpu_add(domain->state->counts->objects[kind], change);
}

long refit_count_objects(struct refit_domain *domain, enum refit_kind kind)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(domain->state->counts, cpu)->objects[kind];
	return sum;
}

/* Under the lock. */
static struct overflowing *find_overflowing(struct refit_objects *objects, unsigned long tag)
{
	struct overflowing *object;

	list_for_each_entry(object, &objects->overflow, list)
		if (object->tag == tag)
			return object;
	return NULL;
}

static noinline bool overflow(struct refit_domain *domain, enum refit_kind kind, unsigned long tag, const struct refit_body *body)
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
			list_add(&object->list, &objects->overflow);
			objects->overflowed = true;
			count(domain, kind, 1);
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
		list_del(&object->list);
	}
	spin_unlock_irqrestore(&objects->lock, flags);
	kfree(object);
	return object;
}

bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long size,
	       unsigned long extra0, unsigned long extra1)
{
	struct refit_objects *objects = &domain->state->objects;
	const struct refit_body body = { size, { extra0, extra1 } };
	unsigned long tag = tag_of(kind, (unsigned long)key);
	unsigned int number = hash_long(tag, REFIT_BUCKET_BITS);
	unsigned long *tags = objects->buckets[number].tags;
	int i, empty = -1;

	for (i = REFIT_BUCKET_SLOTS - 1; i >= 0; i--) {
		unsigned long found = READ_ONCE(tags[i]);

		if (found == tag) {
			objects->bodies[number][i] = body;
			return true;
		}
		if (!found)
			empty = i;
	}
	for (i = empty; i >= 0 && i < REFIT_BUCKET_SLOTS; i++) {
		if (READ_ONCE(tags[i]) || cmpxchg(&tags[i], 0, tag))
			continue;
		objects->bodies[number][i] = body;
		count(domain, kind, 1);
		return true;
	}
	return overflow(domain, kind, tag, &body);
}

static __always_inline bool take(struct refit_objects *objects, unsigned long tag, struct refit_body *body)
{
	unsigned int number = hash_long(tag, REFIT_BUCKET_BITS);
	unsigned long *tags = objects->buckets[number].tags;
	int i;

	for (i = 0; i < REFIT_BUCKET_SLOTS; i++) {
		if (READ_ONCE(tags[i]) != tag)
			continue;
		*body = objects->bodies[number][i];
		return cmpxchg(&tags[i], tag, 0) == tag;
	}
	return unlikely(READ_ONCE(objects->overflowed)) && take_overflowing(objects, tag, body);
}

bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key, struct refit_object *copy)
{
	struct refit_body body;

	if (!take(&domain->state->objects, tag_of(kind, (unsigned long)key), &body))
		return false;
	count(domain, kind, -1);
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
	unsigned long *tags = objects->buckets[hash_long(tag, REFIT_BUCKET_BITS)].tags;
	unsigned long flags;
	bool owns;
	int i;

	for (i = 0; i < REFIT_BUCKET_SLOTS; i++)
		if (READ_ONCE(tags[i]) == tag)
			return true;
	spin_lock_irqsave(&objects->lock, flags);
	owns = find_overflowing(objects, tag);
	spin_unlock_irqrestore(&objects->lock, flags);
	return owns;
}

static void release_tag(struct refit_domain *domain, unsigned long tag, enum refit_kind kind, refit_release_t release)
{
	struct refit_object object;

	decode(tag, &object);
	if (tag && object.kind == kind && refit_disown(domain, kind, (void *)object.key, &object))
		release(domain, &object);
}

/* The tag of an object of a kind in the list, or 0. */
static unsigned long next_overflowing(struct refit_objects *objects, enum refit_kind kind)
{
	struct overflowing *object;
	struct refit_object decoded;
	unsigned long flags, tag = 0;

	spin_lock_irqsave(&objects->lock, flags);
	list_for_each_entry(object, &objects->overflow, list) {
		decode(object->tag, &decoded);
		if (decoded.kind == kind) {
			tag = object->tag;
			break;
		}
	}
	spin_unlock_irqrestore(&objects->lock, flags);
	return tag;
}

void refit_release_kind(struct refit_domain *domain, enum refit_kind kind, refit_release_t release)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag;
	int i, j;

	if (!refit_count_objects(domain, kind))
		return;
	for (i = 0; i < ARRAY_SIZE(objects->buckets); i++)
		for (j = 0; j < REFIT_BUCKET_SLOTS; j++)
			release_tag(domain, READ_ONCE(objects->buckets[i].tags[j]), kind, release);
	while ((tag = next_overflowing(objects, kind)))
		release_tag(domain, tag, kind, release);
}
