// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: a driver may write an skb and its linear data while it has it: from allocation until it hands the packet to the kernel,
 * and from the kernel's handing it over to be sent until the driver frees it. The same goes for fragments of pages, which
 * drivers make skbs of.
 *
 * Most drivers never write most of this, and lending it for nothing takes time. So a part is lent late, when the driver is about to
 * write it; and as soon as this has happened once, at once from then on.
 */
#include <linux/skbuff.h>

#include <refit/imports.h>

#include "../guard/release.h"
#include "../guard/state.h"

/* The parts: a packet that is to be sent has others than one that the driver has allocated or built, as mostly only the latter is written. */
#define SENT_SKB	BIT(0)
#define SENT_DATA	BIT(1)
#define ALLOCATED_SKB	BIT(2)
#define ALLOCATED_DATA	BIT(3)
#define BUILT_SKB	BIT(4)
#define BUILT_DATA	BIT(5)	/* and fragments that nothing is built of yet */

#define SKBS		(SENT_SKB | ALLOCATED_SKB | BUILT_SKB)
#define DATA		(SENT_DATA | ALLOCATED_DATA | BUILT_DATA)
#define SENT		(SENT_SKB | SENT_DATA)
#define ALLOCATED	(ALLOCATED_SKB | ALLOCATED_DATA)
#define BUILT		(BUILT_SKB | BUILT_DATA)

/* The last member of an object: its parts, and those of them that are lent. */
#define PARTS_SHIFT	8
#define EXTRA(parts, lent)	((parts) << PARTS_SHIFT | (lent))

static size_t head_size(const struct sk_buff *skb)
{
	return skb_end_offset(skb) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
}

/* What the data are is noted with the object: they may move. */
static __always_inline void got_skb(struct refit_domain *domain, struct sk_buff *skb, unsigned long parts)
{
	unsigned long lent = READ_ONCE(domain->state->written) & parts;

	refit_own(domain, REFIT_SKB, skb, head_size(skb), (unsigned long)skb->head, EXTRA(parts, lent));
	if (lent & SKBS)
		refit_lend(domain, skb, sizeof(*skb));
	if (lent & DATA)
		refit_lend(domain, skb->head, head_size(skb));
}

/* Pages that are part of a packet belong to the packet. */
static void forget_pages(struct refit_domain *domain, struct sk_buff *skb)
{
	int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		refit_gone_page(domain, skb_frag_page(&skb_shinfo(skb)->frags[i]));
}

/* False if the driver doesn't have it. */
static __always_inline bool take_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	struct refit_slot *slot = refit_take(domain, REFIT_SKB, skb);

	if (unlikely(!slot))
		return false;
	if (slot->extra[1] & SKBS)
		refit_take_back(domain, skb, sizeof(*skb));
	if (slot->extra[1] & DATA)
		refit_take_back(domain, (void *)slot->extra[0], slot->size);
	refit_forget(slot);
	return true;
}

void refit_got_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	if (skb)
		got_skb(domain, skb, ALLOCATED);
}
EXPORT_SYMBOL_GPL(refit_got_skb);

void refit_built_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	if (skb)
		got_skb(domain, skb, BUILT);
}
EXPORT_SYMBOL_GPL(refit_built_skb);

void refit_sent_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	got_skb(domain, skb, SENT);
}
EXPORT_SYMBOL_GPL(refit_sent_skb);

void refit_gone_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	if (!skb)
		return;
	if (!take_skb(domain, skb)) {
		refit_bad_argument(domain, skb);
		return;
	}
	/* What the kernel would trip over. */
	if (skb->head > skb->data || skb->tail > skb->end)
		refit_bad_argument(domain, skb);
	if (skb_is_nonlinear(skb))
		forget_pages(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_gone_skb);

void refit_skb_changing(struct refit_domain *domain, struct sk_buff *skb)
{
	if (!take_skb(domain, skb))
		refit_bad_argument(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_skb_changing);

void refit_skb_changed(struct refit_domain *domain, struct sk_buff *skb)
{
	got_skb(domain, skb, SENT);
}
EXPORT_SYMBOL_GPL(refit_skb_changed);

void refit_got_fragment(struct refit_domain *domain, const void *start, size_t size)
{
	unsigned long lent = READ_ONCE(domain->state->written) & BUILT_DATA;

	if (!start)
		return;
	refit_own(domain, REFIT_FRAGMENT, start, size, (unsigned long)start, EXTRA(BUILT_DATA, lent));
	if (lent)
		refit_lend(domain, start, size);
}
EXPORT_SYMBOL_GPL(refit_got_fragment);

/* Fragments of pages begin at multiples of this, and are no larger than a page. */
#define FRAGMENT_STEP	SMP_CACHE_BYTES

/* A fragment may be freed by the address of any byte in it. */
void refit_gone_fragment(struct refit_domain *domain, const void *address)
{
	unsigned long start = (unsigned long)address & ~(FRAGMENT_STEP - 1ul);
	struct refit_slot *slot;
	int steps;

	if (!address)
		return;
	for (steps = 0; steps < PAGE_SIZE / FRAGMENT_STEP; steps++, start -= FRAGMENT_STEP) {
		slot = refit_take(domain, REFIT_FRAGMENT, (void *)start);
		if (!slot)
			continue;
		if (slot->extra[1] & DATA)
			refit_take_back(domain, (void *)start, slot->size);
		refit_forget(slot);
		return;
	}
	refit_bad_argument(domain, address);
}
EXPORT_SYMBOL_GPL(refit_gone_fragment);

static bool is_in_data(const struct refit_object *object, unsigned long address)
{
	return address - object->extra[0] < object->size;
}

static bool holds(const struct refit_object *object, unsigned long address)
{
	if (object->kind == REFIT_SKB && address - object->key < sizeof(struct sk_buff))
		return true;
	return (object->kind == REFIT_SKB || object->kind == REFIT_FRAGMENT) && is_in_data(object, address);
}

/* Which part of an object an address lies in. */
static unsigned long part_at(const struct refit_object *object, unsigned long address)
{
	return object->extra[1] >> PARTS_SHIFT & (is_in_data(object, address) ? DATA : SKBS);
}

/* The driver is about to write what it may not write yet. False if it isn't a packet of its own. */
bool refit_lend_late(struct refit_domain *domain, unsigned long address)
{
	struct refit_object object;
	unsigned long part;
	const void *start;
	size_t size;

	if (!refit_find(domain, holds, address, &object))
		return false;
	part = part_at(&object, address);
	start = (const void *)(part & DATA ? object.extra[0] : object.key);
	size = part & DATA ? object.size : sizeof(struct sk_buff);
	WRITE_ONCE(domain->state->written, domain->state->written | part);
	refit_lend(domain, start, size);
	if (refit_set_extra(domain, object.kind, (void *)object.key, object.extra[1] | part))
		return true;
	/* Another processor has given it away meanwhile. */
	refit_take_back(domain, start, size);
	return false;
}

/* A packet that the driver has not taken is the kernel's again. One that a failed driver has not freed is freed with all others. */
void refit_transmitted(struct refit_domain *domain, struct refit_crossing *crossing, struct sk_buff *skb)
{
	if (!crossing->aborted && crossing->result == NETDEV_TX_BUSY)
		take_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_transmitted);

void refit_release_fragment(struct refit_domain *domain, struct refit_object *object)
{
	skb_free_frag((void *)object->key);
}

void refit_release_skb(struct refit_domain *domain, struct refit_object *object)
{
	dev_kfree_skb_any((struct sk_buff *)object->key);
}
