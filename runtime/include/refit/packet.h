/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets: a driver may write an skb and its linear data while it has it: from allocation until it hands the packet to the kernel,
 * and from the kernel's handing it over to be sent until the driver frees it. The same goes for fragments of pages, which
 * drivers make skbs of.
 *
 * Most drivers never write most of this, and lending it for nothing takes time. So a part is lent late, when the driver is about to
 * write it; and as soon as this has happened once, at once from then on.
 *
 * What is done for each packet is inlined; ../../shadow/skb.c has the rest.
 */
#ifndef REFIT_PACKET_H
#define REFIT_PACKET_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include <refit/map.h>
#include <refit/own.h>

/* The parts: a packet that is to be sent has others than one that the driver has allocated or built, as mostly only the latter is written. */
#define REFIT_SENT_SKB		BIT(0)
#define REFIT_SENT_DATA		BIT(1)
#define REFIT_ALLOCATED_SKB	BIT(2)
#define REFIT_ALLOCATED_DATA	BIT(3)
#define REFIT_BUILT_SKB		BIT(4)
#define REFIT_BUILT_DATA	BIT(5)	/* and fragments that nothing is built of yet */

#define REFIT_SKBS		(REFIT_SENT_SKB | REFIT_ALLOCATED_SKB | REFIT_BUILT_SKB)
#define REFIT_DATA		(REFIT_SENT_DATA | REFIT_ALLOCATED_DATA | REFIT_BUILT_DATA)

/* The last member of an object: its parts, and those of them that are lent. */
#define REFIT_PARTS_SHIFT	8
#define REFIT_PARTS(parts, lent)	((parts) << REFIT_PARTS_SHIFT | (lent))

static __always_inline size_t refit_head_size(const struct sk_buff *skb)
{
	return skb_end_offset(skb) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
}

/* The driver may write an skb, but not its data, from now on; or no longer. */
static __always_inline void refit_change_skb(struct refit_domain *domain, const struct sk_buff *skb, bool writable)
{
	if (unlikely(!refit_change_fixed(domain->map, skb, sizeof(*skb), writable)))
		refit_change_slowly(domain, skb, sizeof(*skb), writable);
}

/* The same for data. */
static __always_inline void refit_change_data(struct refit_domain *domain, const void *start, size_t size, bool writable)
{
	if (unlikely(!refit_change_many(domain->map, start, size, writable)))
		refit_change_slowly(domain, start, size, writable);
}

/* What the data are is noted with the object: they may move. */
static __always_inline void refit_note_skb(struct refit_domain *domain, struct sk_buff *skb, unsigned long parts)
{
	unsigned long lent = READ_ONCE(domain->written) & parts;

	refit_own_new(domain, REFIT_SKB, skb, refit_head_size(skb), (unsigned long)skb->head, REFIT_PARTS(parts, lent));
	if (lent & REFIT_SKBS)
		refit_change_skb(domain, skb, true);
	if (lent & REFIT_DATA)
		refit_change_data(domain, skb->head, refit_head_size(skb), true);
}

static __always_inline void refit_got_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	if (likely(skb))
		refit_note_skb(domain, skb, REFIT_ALLOCATED_SKB | REFIT_ALLOCATED_DATA);
}

/* What no skb could be made of is the driver's again. */
__cold void refit_not_built(struct refit_domain *domain, const void *start, size_t size);

/* One is made of a fragment of this size, or of all of its memory if that is 0. */
static __always_inline void refit_built_skb(struct refit_domain *domain, struct sk_buff *skb, const void *start, size_t size)
{
	if (likely(skb))
		refit_note_skb(domain, skb, REFIT_BUILT_SKB | REFIT_BUILT_DATA);
	else
		refit_not_built(domain, start, size);
}

/* One is handed over to be sent. */
static __always_inline void refit_sent_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	refit_note_skb(domain, skb, REFIT_SENT_SKB | REFIT_SENT_DATA);
}

/* What has been taken out for a packet is over. */
static __always_inline void refit_forget_skb(struct refit_domain *domain, const struct sk_buff *skb, struct refit_slot *slot)
{
	if (slot->extra[1] & REFIT_SKBS)
		refit_change_skb(domain, skb, false);
	if (slot->extra[1] & REFIT_DATA)
		refit_change_data(domain, (void *)slot->extra[0], slot->size, false);
	refit_forget(slot);
}

/* False if the driver doesn't have it. */
static __always_inline bool refit_take_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	struct refit_slot *slot = refit_take(domain, REFIT_SKB, skb);

	if (unlikely(!slot))
		return false;
	refit_forget_skb(domain, skb, slot);
	return true;
}

/* Pages that are part of a packet belong to the packet. */
void refit_forget_pages(struct refit_domain *domain, struct sk_buff *skb);

/* Whether the kernel would trip over it. */
static __always_inline bool refit_is_malformed(const struct sk_buff *skb)
{
	return (skb->head > skb->data) | (skb->tail > skb->end);
}

/* Its memory was there, and so large. */
__cold void refit_malformed_skb(struct refit_domain *domain, struct sk_buff *skb, void *head, size_t size);

/* The driver frees a packet or gives it away. */
static __always_inline void refit_gone_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	struct refit_slot *slot;
	void *head;
	size_t size;

	if (!skb)
		return;
	slot = refit_take(domain, REFIT_SKB, skb);
	if (unlikely(!slot)) {
		refit_bad_argument(domain, skb);
		return;
	}
	head = (void *)slot->extra[0];
	size = slot->size;
	refit_forget_skb(domain, skb, slot);
	if (unlikely(refit_is_malformed(skb)))
		refit_malformed_skb(domain, skb, head, size);
	else if (skb_is_nonlinear(skb))
		refit_forget_pages(domain, skb);
}

/*
 * The same for the usual packet: the driver has it, has written none of its data, and may give it away as it is. False for any other one, with
 * nothing changed.
 */
static __always_inline bool refit_gone_usual_skb(struct refit_domain *domain, const struct sk_buff *skb)
{
	unsigned long tag = refit_tag(REFIT_SKB, skb), lent;
	struct refit_slot *slot = refit_slot_of(domain->objects, REFIT_SKB, tag);

	if (unlikely(!refit_take_from(slot, tag)))
		return false;
	lent = slot->extra[1];
	if (likely(!((lent & REFIT_DATA) | refit_is_malformed(skb) | skb->data_len)) &&
	    likely(!(lent & REFIT_SKBS) || refit_change_fixed(domain->map, skb, sizeof(*skb), false))) {
		refit_empty(slot);
		return true;
	}
	smp_store_release(&slot->tag, tag);
	return false;
}

/* The kernel may have a packet for the driver to go on with, or may be about to free it. */
static __always_inline void refit_forget_napi_skb(struct refit_domain *domain, const struct napi_struct *napi)
{
	if (napi->skb)
		refit_take_skb(domain, napi->skb);
}

/* Around kernel functions that may move the data of a packet. */
void refit_skb_changing(struct refit_domain *domain, struct sk_buff *skb);
void refit_skb_changed(struct refit_domain *domain, struct sk_buff *skb);
/* A packet was handed over to be sent, and the driver has answered. */
void refit_transmitted(struct refit_domain *domain, struct refit_crossing *crossing, struct sk_buff *skb);

static __always_inline void refit_got_fragment(struct refit_domain *domain, const void *start, size_t size)
{
	unsigned long lent = READ_ONCE(domain->written) & REFIT_BUILT_DATA;

	if (unlikely(!start))
		return;
	refit_own_new(domain, REFIT_FRAGMENT, start, size, (unsigned long)start, REFIT_PARTS(REFIT_BUILT_DATA, lent));
	if (unlikely(lent))
		refit_lend(domain, start, size);
}

/* The driver frees the fragment that an address is in, or makes a packet of it; or of other memory that packets are made of. */
void refit_gone_fragment(struct refit_domain *domain, const void *address);

/* The same by the address of its first byte, if the driver has not written it. False if it isn't so, with nothing changed. */
static __always_inline bool refit_gone_usual_fragment(struct refit_domain *domain, const void *start)
{
	unsigned long tag = refit_tag(REFIT_FRAGMENT, start);
	struct refit_slot *slot = refit_slot_of(domain->objects, REFIT_FRAGMENT, tag);
	bool is_usual;

	if (unlikely(!refit_take_from(slot, tag)))
		return false;
	is_usual = !(slot->extra[1] & REFIT_DATA);
	smp_store_release(&slot->tag, likely(is_usual) ? 0 : tag);
	return is_usual;
}

#endif
