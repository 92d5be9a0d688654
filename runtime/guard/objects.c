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

static struct kmem_cache *objects;

int refit_objects_init(void)
{
	objects = KMEM_CACHE(refit_object, 0);
	return objects ? 0 : -ENOMEM;
}

void refit_objects_exit(void)
{
	kmem_cache_destroy(objects);
}

static struct hlist_bl_head *bucket_of(struct refit_domain *domain, enum refit_kind kind, unsigned long key)
{
	return &domain->state->objects.buckets[hash_long(key + kind, REFIT_BUCKET_BITS)];
}

static struct refit_object *find(struct hlist_bl_head *bucket, enum refit_kind kind, unsigned long key)
{
	struct refit_object *object;
	struct hlist_bl_node *node;

	hlist_bl_for_each_entry(object, node, bucket, node)
		if (object->key == key && object->kind == kind)
			return object;
	return NULL;
}

static unsigned long lock_bucket(struct hlist_bl_head *bucket)
{
	unsigned long flags;

	local_irq_save(flags);
	hlist_bl_lock(bucket);
	return flags;
}

static void unlock_bucket(struct hlist_bl_head *bucket, unsigned long flags)
{
	hlist_bl_unlock(bucket);
	local_irq_restore(flags);
}

bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key, unsigned long size,
	       unsigned long extra0, unsigned long extra1)
{
	struct hlist_bl_head *bucket = bucket_of(domain, kind, (unsigned long)key);
	struct refit_object *fresh = kmem_cache_alloc(objects, GFP_ATOMIC | __GFP_NOWARN);
	struct refit_object *object;
	unsigned long flags;

	if (!fresh) {
		domain->state->untracked = true;
		return false;
	}
	*fresh = (struct refit_object) {
		.kind = kind,
		.key = (unsigned long)key,
		.size = size,
		.extra = { extra0, extra1 },
	};
	flags = lock_bucket(bucket);
	object = find(bucket, kind, fresh->key);
	if (object) {
		object->size = size;
		object->extra[0] = extra0;
		object->extra[1] = extra1;
	} else {
		hlist_bl_add_head(&fresh->node, bucket);
		atomic_long_inc(&domain->state->objects.counts[kind]);
	}
	unlock_bucket(bucket, flags);
	if (object)
		kmem_cache_free(objects, fresh);
	return true;
}

bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key, struct refit_object *copy)
{
	struct hlist_bl_head *bucket = bucket_of(domain, kind, (unsigned long)key);
	struct refit_object *object;
	unsigned long flags;

	flags = lock_bucket(bucket);
	object = find(bucket, kind, (unsigned long)key);
	if (object) {
		hlist_bl_del(&object->node);
		atomic_long_dec(&domain->state->objects.counts[kind]);
	}
	unlock_bucket(bucket, flags);
	if (!object)
		return false;
	if (copy)
		*copy = *object;
	kmem_cache_free(objects, object);
	return true;
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
		atomic_long_dec(&domain->state->objects.counts[kind]);
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

	if (!atomic_long_read(&all->counts[kind]))
		return;
	for (i = 0; i < ARRAY_SIZE(all->buckets); i++) {
		while ((object = take(domain, &all->buckets[i], kind))) {
			release(domain, object);
			kmem_cache_free(objects, object);
		}
	}
}
