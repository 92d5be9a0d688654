/* SPDX-License-Identifier: GPL-2.0-only */
/* What a domain has: noting objects and forgetting them. Both are done for each packet, so they are inlined. */
#ifndef REFIT_OWN_H
#define REFIT_OWN_H

#include <linux/hash.h>
#include <linux/math.h>

#include "objects.h"
#include "state.h"

static __always_inline struct refit_slot *refit_slot_of(struct refit_objects *objects, unsigned long tag)
{
	return &objects->slots[hash_long(tag, REFIT_SLOT_BITS)];
}

/* The first slot of the bucket that a tag belongs to. */
static __always_inline struct refit_slot *refit_bucket_of(struct refit_objects *objects, unsigned long tag)
{
	return &objects->slots[round_down(hash_long(tag, REFIT_SLOT_BITS), REFIT_BUCKET)];
}

/* Fills a slot. False if there is something in it. */
static __always_inline bool refit_fill(struct refit_slot *slot, unsigned long tag, unsigned long size,
				       unsigned long extra0, unsigned long extra1)
{
	if (unlikely(READ_ONCE(slot->tag)) || unlikely(cmpxchg(&slot->tag, 0, REFIT_BUSY)))
		return false;
	slot->body.size = size;
	slot->body.extra[0] = extra0;
	slot->body.extra[1] = extra1;
	smp_store_release(&slot->tag, tag);
	return true;
}

/* Empties a slot that a tag was seen in; *body gets what was there. False if another processor was faster. */
static __always_inline bool refit_empty(struct refit_slot *slot, unsigned long tag, struct refit_body *body)
{
	*body = slot->body;
	return likely(cmpxchg(&slot->tag, tag, 0) == tag);
}

/* Notes an object; one that is noted already is brought up to date. False without memory. */
static __always_inline bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key,
				      unsigned long size, unsigned long extra0, unsigned long extra1)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag = refit_tag(kind, key);
	const struct refit_slot *bucket = refit_bucket_of(objects, tag);

	static_assert(REFIT_BUCKET == 4);
	if (likely(bucket[0].tag != tag && bucket[1].tag != tag && bucket[2].tag != tag && bucket[3].tag != tag &&
		   !READ_ONCE(objects->overflowing)) &&
	    refit_fill(refit_slot_of(objects, tag), tag, size, extra0, extra1))
		return true;
	return refit_own_slowly(domain, tag, size, extra0, extra1);
}

/* The same for an object that the driver may have more than once. */
static __always_inline bool refit_own_another(struct refit_domain *domain, enum refit_kind kind, const void *key,
					      unsigned long size, unsigned long extra0, unsigned long extra1)
{
	unsigned long tag = refit_tag(kind, key);

	return refit_fill(refit_slot_of(&domain->state->objects, tag), tag, size, extra0, extra1) ||
	       refit_own_another_slowly(domain, tag, size, extra0, extra1);
}

/* Forgets an object; *body gets what was known of it. False if there is none. */
static __always_inline bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key,
					 struct refit_body *body)
{
	struct refit_objects *objects = &domain->state->objects;
	unsigned long tag = refit_tag(kind, key);
	struct refit_slot *slot = refit_slot_of(objects, tag);

	if (likely(READ_ONCE(slot->tag) == tag))
		return refit_empty(slot, tag, body);
	return refit_take_slowly(objects, tag, body);
}

/* The same where nothing more is to be known. */
static __always_inline bool refit_drop(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct refit_body body __uninitialized;

	return refit_disown(domain, kind, key, &body);
}

#endif
