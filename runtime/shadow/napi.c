// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instances of NAPI: each is enabled and disabled in turns, and a poll leaves it either scheduled or completed. The kernel waits without end
 * for one that is neither.
 */
#include <linux/delay.h>
#include <linux/netdevice.h>

#include <refit/access.h>
#include <refit/imports.h>
#include <refit/packet.h>

#include "../guard/context.h"
#include "../guard/release.h"
#include "../guard/state.h"

/*
 * Whether an instance is scheduled and on no list: it is being polled, or it never will be.
 */
static bool off_the_lists(struct napi_struct *napi)
{
	return test_bit(NAPI_STATE_SCHED, &napi->state) && list_empty(&napi->poll_list);
}

/* Before an instance is deleted, with the packet that it may have. */
void refit_gone_napi(struct refit_domain *domain, const struct napi_struct *napi)
{
	refit_forget_napi_skb(domain, napi);
	refit_drop(domain, REFIT_NAPI, napi);
}
EXPORT_SYMBOL_GPL(refit_gone_napi);

void refit_napi_add(struct refit_domain *domain, struct net_device *device, struct napi_struct *napi,
		    int (*poll)(struct napi_struct *, int), int weight)
{
	refit_check_range(domain, (unsigned long)napi, sizeof(*napi), _RET_IP_);
	refit_own(domain, REFIT_NAPI, napi, 0, 0, 0);
	netif_napi_add_weight(device, napi, poll, weight);
}
EXPORT_SYMBOL_GPL(refit_napi_add);

/* Both wait, or stop the kernel, if done twice in a row. */
void refit_napi_enable(struct refit_domain *domain, struct napi_struct *napi)
{
	if (refit_owns(domain, REFIT_NAPI_ENABLED, napi) || !refit_owns(domain, REFIT_NAPI, napi))
		refit_bad_argument(domain, napi);
	refit_own(domain, REFIT_NAPI_ENABLED, napi, 0, 0, 0);
	napi_enable(napi);
}
EXPORT_SYMBOL_GPL(refit_napi_enable);

/* A poll is found under way time after time for so long only if there is none. */
#define STUCK	(2 * HZ)

void refit_napi_disable(struct refit_domain *domain, struct napi_struct *napi)
{
	unsigned long end = jiffies + STUCK;

	if (!refit_owns(domain, REFIT_NAPI_ENABLED, napi))
		refit_bad_argument(domain, napi);
	/* A thread of its own polls without a list. */
	while (off_the_lists(napi) && !test_bit(NAPI_STATE_THREADED, &napi->state)) {
		if (time_after(jiffies, end))
			refit_fail(domain, REFIT_DEADLOCK, (unsigned long)napi, _RET_IP_);
		usleep_range(50, 100);
	}
	refit_drop(domain, REFIT_NAPI_ENABLED, napi);
	napi_disable(napi);
}
EXPORT_SYMBOL_GPL(refit_napi_disable);

void refit_napi_completed(void)
{
	struct refit_crossing *crossing = refit_running_call();

	if (crossing)
		crossing->completed = true;
}
EXPORT_SYMBOL_GPL(refit_napi_completed);

/*
 * A poll that is neither through nor at its budget leaves its instance scheduled, and the kernel would wait for it without end. So does one
 * that did not return.
 */
void refit_polled(struct refit_crossing *crossing, struct napi_struct *napi, int budget)
{
	if (!crossing->aborted && !crossing->completed && (int)crossing->result < budget) {
		refit_note_failure(crossing->entry->domain, crossing, REFIT_UNBALANCED,
				   crossing->entry->target, (unsigned long)napi);
		crossing->result = 0;
		crossing->aborted = true;
	}
	if (crossing->aborted && !crossing->completed && test_bit(NAPI_STATE_SCHED, &napi->state))
		napi_complete_done(napi, 0);
}
EXPORT_SYMBOL_GPL(refit_polled);

void refit_poll_refused(struct napi_struct *napi)
{
	napi_complete_done(napi, 0);
}
EXPORT_SYMBOL_GPL(refit_poll_refused);

/* No call gets in any more: if it is scheduled and on no list, the driver has forgotten to put it there. */
void refit_release_napi_enabled(struct refit_domain *domain, struct refit_object *object)
{
	struct napi_struct *napi = (struct napi_struct *)object->key;

	if (off_the_lists(napi))
		napi_complete_done(napi, 0);
	napi_disable(napi);
}

void refit_release_napi(struct refit_domain *domain, struct refit_object *object)
{
	struct napi_struct *napi = (struct napi_struct *)object->key;

	refit_forget_napi_skb(domain, napi);
	netif_napi_del(napi);
}
