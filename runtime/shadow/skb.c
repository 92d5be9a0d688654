// SPDX-License-Identifier: GPL-2.0-only
/* Packets, as far as <refit/packet.h> leaves it over. */
#include <linux/skbuff.h>

#include <refit/imports.h>

#include "../guard/release.h"
#include "../guard/state.h"

void refit_forget_pages(struct refit_domain *domain, struct sk_buff *skb)
{
	int i;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++)
		refit_gone_page(domain, skb_frag_page(&skb_shinfo(skb)->frags[i]));
}
EXPORT_SYMBOL_GPL(refit_forget_pages);

/*
 * A driver that fails may leave nonsense where a packet says where its memory is. The kernel would trip over that when it frees the packet, so it is put
 * back as it was when the packet was noted. What looks right is left alone: some functions of the kernel give a packet other memory unseen.
 */
static void mend(struct sk_buff *skb, void *head, size_t size)
{
	if (virt_addr_valid(skb->head) && virt_addr_valid(skb_end_pointer(skb)) && !refit_is_malformed(skb))
		return;
	skb->head = head;
	skb->data = head;
	skb_reset_tail_pointer(skb);
	skb_set_end_offset(skb, size - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)));
}

void refit_malformed_skb(struct refit_domain *domain, struct sk_buff *skb, void *head, size_t size)
{
	mend(skb, head, size);
	/* If the call ends here, the packet is the driver's still. */
	refit_sent_skb(domain, skb);
	refit_bad_argument(domain, skb);
	refit_take_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_malformed_skb);

void refit_skb_changing(struct refit_domain *domain, struct sk_buff *skb)
{
	if (!refit_take_skb(domain, skb))
		refit_bad_argument(domain, skb);
	else
		refit_forget_pages(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_skb_changing);

void refit_skb_changed(struct refit_domain *domain, struct sk_buff *skb)
{
	refit_sent_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_skb_changed);

/* Fragments of pages begin at multiples of this, and are no larger than a page. */
#define FRAGMENT_STEP	SMP_CACHE_BYTES

/* Forgets the fragment that an address is in. False if there is none. */
static bool drop_fragment_around(struct refit_domain *domain, unsigned long address)
{
	unsigned long start = round_down(address, FRAGMENT_STEP);
	struct refit_slot slot, *taken;
	int steps;

	for (steps = 0; steps < PAGE_SIZE / FRAGMENT_STEP; steps++, start -= FRAGMENT_STEP) {
		taken = refit_take(domain, REFIT_FRAGMENT, (void *)start);
		if (!taken)
			continue;
		slot = *taken;
		refit_forget(taken);
		if (address - start < slot.size) {
			if (slot.extra[1] & REFIT_DATA)
				refit_take_back(domain, (void *)start, slot.size);
			return true;
		}
		/* It is the next one below, and ends before. */
		refit_own(domain, REFIT_FRAGMENT, (void *)start, slot.size, slot.extra[0], slot.extra[1]);
		return false;
	}
	return false;
}

/* Pages are counted by others too: what is made of them leaves them the driver's. */
static bool is_in_own_page(struct refit_domain *domain, const void *address)
{
	return virt_addr_valid(address) && refit_owns(domain, REFIT_PAGE, virt_to_head_page(address));
}

void refit_gone_fragment(struct refit_domain *domain, const void *address)
{
	if (!address || drop_fragment_around(domain, (unsigned long)address) || is_in_own_page(domain, address))
		return;
	/* A failure if it isn't memory either. */
	refit_gone_memory(domain, REFIT_MEMORY, address);
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
	return object->extra[1] >> REFIT_PARTS_SHIFT & (is_in_data(object, address) ? REFIT_DATA : REFIT_SKBS);
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
	start = (const void *)(part & REFIT_DATA ? object.extra[0] : object.key);
	size = part & REFIT_DATA ? object.size : sizeof(struct sk_buff);
	WRITE_ONCE(domain->written, domain->written | part);
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
		refit_take_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_transmitted);

void refit_release_fragment(struct refit_domain *domain, struct refit_object *object)
{
	skb_free_frag((void *)object->key);
}

void refit_not_built(struct refit_domain *domain, const void *start, size_t size)
{
	if (is_in_own_page(domain, start))
		return;
	if (size)
		refit_got_fragment(domain, start, size);
	else
		refit_got_memory(domain, REFIT_MEMORY, start, ksize(start));
}
EXPORT_SYMBOL_GPL(refit_not_built);

void refit_hold_skb(struct refit_domain *domain, struct refit_object *object)
{
	struct sk_buff *skb = (struct sk_buff *)object->key;

	mend(skb, (void *)object->extra[0], object->size);
	refit_forget_pages(domain, skb);
}

void refit_release_skb(struct refit_domain *domain, struct refit_object *object)
{
	refit_hold_skb(domain, object);
	dev_kfree_skb_any((struct sk_buff *)object->key);
}
