// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: a driver may write an skb and its linear data while it has it: from allocation until it hands the packet to the kernel,
 * and from the kernel's handing it over to be sent until the driver frees it.
 */
#include <linux/skbuff.h>

#include <refit/imports.h>

#include "../guard/release.h"
#include "../guard/state.h"

static size_t head_size(const struct sk_buff *skb)
{
	return skb_end_offset(skb) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
}

/* The part of the skb and its data that the driver may write. What the data are is noted with the object: they may move. */
static void lend_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	refit_own(domain, REFIT_SKB, skb, head_size(skb), (unsigned long)skb->head, 0);
	refit_lend(domain, skb, sizeof(*skb));
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
static bool take_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	struct refit_object object;

	if (!refit_disown(domain, REFIT_SKB, skb, &object))
		return false;
	refit_take_back(domain, skb, sizeof(*skb));
	refit_take_back(domain, (void *)object.extra[0], object.size);
	return true;
}

void refit_got_skb(struct refit_domain *domain, struct sk_buff *skb)
{
	if (skb)
		lend_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_got_skb);

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
	lend_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_skb_changed);

/* A packet that the driver has not taken is the kernel's again. One that a failed driver has not freed is freed with all others. */
void refit_transmitted(struct refit_domain *domain, struct refit_crossing *crossing, struct sk_buff *skb)
{
	if (!crossing->aborted && crossing->result == NETDEV_TX_BUSY)
		take_skb(domain, skb);
}
EXPORT_SYMBOL_GPL(refit_transmitted);

void refit_release_skb(struct refit_domain *domain, struct refit_object *object)
{
	dev_kfree_skb_any((struct sk_buff *)object->key);
}
