/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a domain has: noting objects and forgetting them. Both are done for each packet, so they are inlined, and ask for several things at
 * once where all of them are unlikely.
 */
#ifndef REFIT_OWN_H
#define REFIT_OWN_H

#include <linux/hash.h>
#include <linux/math.h>

#include <refit/guard.h>
#include <refit/objects.h>

/*
 * Packets and what a device may write to come and go all the time, and mostly from the same few pages. Their slots lie together as they do: these bits of
 * an address tell slots on one page of the table, and the bits above them, as far as a bus address has them too, tell pages. So a
 * fragment and its mapping share a cache line. A hash of the whole tag would scatter all of them over all of the table. Packets have a half of it for
 * themselves: the same few come again and again, and would meet a mapping that stays.
 */
#define REFIT_SLOT_IN_PAGE	GENMASK(14, 8)
#define REFIT_PAGE_OF_SLOTS	GENMASK(29, 15)

static __always_inline unsigned int refit_slot_number(enum refit_kind kind, unsigned long tag)
{
	if (kind != REFIT_FRAGMENT && kind != REFIT_DMA && kind != REFIT_SKB)
		return hash_long(tag, REFIT_SLOT_BITS);
	return hash_long(tag & REFIT_PAGE_OF_SLOTS, REFIT_SLOT_BITS - 1) ^ (tag & REFIT_SLOT_IN_PAGE) >> 8 ^ (kind == REFIT_DMA) |
	       (kind == REFIT_SKB) << (REFIT_SLOT_BITS - 1);
}

static __always_inline struct refit_slot *refit_slot_of(struct refit_objects *objects, enum refit_kind kind, unsigned long tag)
{
	return &objects->slots[refit_slot_number(kind, tag)];
}

/* The first slot of the bucket that a tag belongs to. */
static __always_inline struct refit_slot *refit_bucket_of(struct refit_objects *objects, enum refit_kind kind, unsigned long tag)
{
	return &objects->slots[round_down(refit_slot_number(kind, tag), REFIT_BUCKET)];
}

/* Fills a slot. False if there is something in it. */
static __always_inline bool refit_fill(struct refit_slot *slot, unsigned long tag, unsigned long size,
				       unsigned long extra0, unsigned long extra1)
{
	unsigned long empty = 0;

	if (unlikely(!try_cmpxchg(&slot->tag, &empty, REFIT_BUSY)))
		return false;
	slot->size = size;
	slot->extra[0] = extra0;
	slot->extra[1] = extra1;
	smp_store_release(&slot->tag, tag);
	return true;
}

/* Notes an object; one that is noted already is brought up to date. False without memory. */
static __always_inline bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key,
				      unsigned long size, unsigned long extra0, unsigned long extra1)
{
	struct refit_objects *objects = domain->objects;
	unsigned long tag = refit_tag(kind, key);
	const struct refit_slot *bucket = refit_bucket_of(objects, kind, tag);

	static_assert(REFIT_BUCKET == 4);
	if (likely(bucket[0].tag != tag && bucket[1].tag != tag && bucket[2].tag != tag && bucket[3].tag != tag &&
		   !READ_ONCE(objects->overflowing)) &&
	    refit_fill(refit_slot_of(objects, kind, tag), tag, size, extra0, extra1))
		return true;
	return refit_own_slowly(domain, tag, size, extra0, extra1);
}

/* The same for an object that is new, which saves looking for it. If the driver has let go of one like it unseen, that one is mostly found even so. */
static __always_inline bool refit_own_new(struct refit_domain *domain, enum refit_kind kind, const void *key,
					  unsigned long size, unsigned long extra0, unsigned long extra1)
{
	unsigned long tag = refit_tag(kind, key);

	return likely(refit_fill(refit_slot_of(domain->objects, kind, tag), tag, size, extra0, extra1)) ||
	       refit_own_slowly(domain, tag, size, extra0, extra1);
}

/* The same for an object that the driver may have more than once. */
static __always_inline bool refit_own_another(struct refit_domain *domain, enum refit_kind kind, const void *key,
					      unsigned long size, unsigned long extra0, unsigned long extra1)
{
	unsigned long tag = refit_tag(kind, key);

	return refit_fill(refit_slot_of(domain->objects, kind, tag), tag, size, extra0, extra1) ||
	       refit_own_another_slowly(domain, tag, size, extra0, extra1);
}

/* Takes an object out of a slot. False if it isn't there. */
static __always_inline bool refit_take_from(struct refit_slot *slot, unsigned long tag)
{
	return try_cmpxchg(&slot->tag, &tag, REFIT_BUSY);
}

/* What has been taken out of a slot is over. */
static __always_inline void refit_empty(struct refit_slot *slot)
{
	smp_store_release(&slot->tag, 0);
}

/* Takes an object out, or NULL if there is none. What is known of it may be read until it is forgotten. */
static __always_inline struct refit_slot *refit_take(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	unsigned long tag = refit_tag(kind, key);
	struct refit_slot *slot = refit_slot_of(domain->objects, kind, tag);

	return likely(refit_take_from(slot, tag)) ? slot : refit_take_slowly(domain->objects, tag);
}

/* What has been taken out is over. */
static __always_inline void refit_forget(struct refit_slot *slot)
{
	if (likely(slot->tag == REFIT_BUSY))
		refit_empty(slot);
	else
		refit_forget_slowly(slot);
}

/* Forgets an object. False if there is none. */
static __always_inline bool refit_drop(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct refit_slot *slot = refit_take(domain, kind, key);

	if (unlikely(!slot))
		return false;
	refit_forget(slot);
	return true;
}

/* Whether a slot has an object of exactly this size and first extra. */
static __always_inline bool refit_is_exact(const struct refit_slot *slot, unsigned long size, unsigned long extra0)
{
	return !((slot->size ^ size) | (slot->extra[0] ^ extra0));
}

/* Empties a slot that has such an object. */
static __always_inline bool refit_empty_exact(struct refit_slot *slot, unsigned long tag, unsigned long size, unsigned long extra0)
{
	bool is_exact;

	/* Most of those that differ are left alone: others may be looking for them. */
	if (unlikely((READ_ONCE(slot->tag) != tag) | !refit_is_exact(slot, size, extra0)) || unlikely(!refit_take_from(slot, tag)))
		return false;
	is_exact = refit_is_exact(slot, size, extra0);
	smp_store_release(&slot->tag, likely(is_exact) ? 0 : tag);
	return is_exact;
}

/* Forgets an object of exactly this size and first extra. The driver may have others with the same key. */
static __always_inline bool refit_drop_exact(struct refit_domain *domain, enum refit_kind kind, const void *key,
					     unsigned long size, unsigned long extra0)
{
	unsigned long tag = refit_tag(kind, key);

	if (likely(refit_empty_exact(refit_slot_of(domain->objects, kind, tag), tag, size, extra0)))
		return true;
	return refit_drop_exact_slowly(domain->objects, tag, size, extra0);
}

#endif
