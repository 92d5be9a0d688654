// SPDX-License-Identifier: GPL-2.0-only
/* The object tracker: a hash table for each domain, with a lock for each bucket. */
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

static struct kmem_cache *cache;

/*
 * Records that are not in use, for each processor: packets come and go by the thousand, and each has two. Used with interrupts off.
 */
#define STASH	64

struct stash {
	unsigned int count;
	struct refit_object *objects[STASH];
};

static DEFINE_PER_CPU(struct stash, stashes);

int refit_objects_init(void)
{
	cache = KMEM_CACHE(refit_object, 0);
	return cache ? 0 : -ENOMEM;
}

/* Nothing is guarded any more. */
void refit_objects_exit(void)
{
	struct stash *stash;
	int cpu;

	for_each_possible_cpu(cpu) {
		stash = per_cpu_ptr(&stashes, cpu);
		while (stash->count)
			kmem_cache_free(cache, stash->objects[--stash->count]);
	}
	kmem_cache_destroy(cache);
}

static __always_inline struct refit_object *new_object(void)
{
	struct stash *stash = this_cpu_ptr(&stashes);

	if (likely(stash->count))
		return stash->objects[--stash->count];
	return kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN);
}

static __always_inline void free_object(struct refit_object *object)
{
	struct stash *stash = this_cpu_ptr(&stashes);

	if (likely(stash->count < STASH))
		stash->objects[stash->count++] = object;
	else
		kmem_cache_free(cache, object);
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

static __always_inline struct hlist_bl_head *bucket_of(struct refit_domain *domain, enum refit_kind kind, unsigned long key)
{
	return &domain->state->objects.buckets[hash_long(key + kind, REFIT_BUCKET_BITS)];
}

static __always_inline struct refit_object *find(struct hlist_bl_head *bucket, enum refit_kind kind, unsigned long key)
{
	struct refit_object *object;
	struct hlist_bl_node *node;

	hlist_bl_for_each_entry(object, node, bucket, node)
		if (object->key == key && object->kind == kind)
			return object;
	return NULL;
}

static __always_inline unsigned long lock_bucket(struct hlist_bl_head *bucket)
{
	unsigned long flags;

	local_irq_save(flags);
	hlist_bl_lock(bucket);
	return flags;
}

static __always_inline void unlock_bucket(struct hlist_bl_head *bucket, unsigned long flags)
{
	hlist_bl_unlock(bucket);
	local_irq_restore(flags);
}

bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long size,
	       unsigned long extra0, unsigned long extra1)
{
	struct hlist_bl_head *bucket = bucket_of(domain, kind, (unsigned long)key);
	unsigned long flags = lock_bucket(bucket);
	struct refit_object *object = find(bucket, kind, (unsigned long)key);

	if (!object) {
		object = new_object();
		if (!object) {
			domain->state->untracked = true;
			unlock_bucket(bucket, flags);
			return false;
		}
		object->kind = kind;
		object->key = (unsigned long)key;
		hlist_bl_add_head(&object->node, bucket);
		count(domain, kind, 1);
	}
	object->size = size;
	object->extra[0] = extra0;
	object->extra[1] = extra1;
	unlock_bucket(bucket, flags);
	return true;
}

bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key, struct refit_object *copy)
{
	struct hlist_bl_head *bucket = bucket_of(domain, kind, (unsigned long)key);
	unsigned long flags = lock_bucket(bucket);
	struct refit_object *object = find(bucket, kind, (unsigned long)key);

	if (object) {
		hlist_bl_del(&object->node);
		count(domain, kind, -1);
		if (copy)
			*copy = *object;
		free_object(object);
	}
	unlock_bucket(bucket, flags);
	return object;
}

bool refit_owns(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct hlist_bl_head *bucket = bucket_of(domain, kind, (unsigned long)key);
	unsigned long flags = lock_bucket(bucket);
	bool owns = find(bucket, kind, (unsigned long)key);

	unlock_bucket(bucket, flags);
	return owns;
}

/* Takes one object of a kind out of a bucket. */
static struct refit_object *take(struct refit_domain *domain, struct hlist_bl_head *bucket, enum refit_kind kind)
{
	struct refit_object *object;
	struct hlist_bl_node *node;
	unsigned long flags = lock_bucket(bucket);

	hlist_bl_for_each_entry(object, node, bucket, node) {
		if (object->kind != kind)
			continue;
		hlist_bl_del(&object->node);
		count(domain, kind, -1);
		unlock_bucket(bucket, flags);
		return object;
	}
	unlock_bucket(bucket, flags);
	return NULL;
}

void refit_release_kind(struct refit_domain *domain, enum refit_kind kind, refit_release_t release)
{
	struct refit_objects *all = &domain->state->objects;
	struct refit_object *object;
	int i;

	if (!refit_count_objects(domain, kind))
		return;
	for (i = 0; i < ARRAY_SIZE(all->buckets); i++) {
		while ((object = take(domain, &all->buckets[i], kind))) {
			release(domain, object);
			kmem_cache_free(cache, object);
		}
	}
}
