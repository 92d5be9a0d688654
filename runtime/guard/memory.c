// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the kernel's allocators: the driver may write what it has, for as long as it has it. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <refit/imports.h>

#include "release.h"
#include "state.h"

void refit_bad_argument(struct refit_domain *domain, const void *argument)
{
	/* What was never noted for want of memory can't be told from what was never there. */
	if (!domain->state->untracked)
		refit_fail(domain, REFIT_BAD_ARGUMENT, (unsigned long)argument, _RET_IP_);
}
EXPORT_SYMBOL_GPL(refit_bad_argument);

void refit_got_memory(struct refit_domain *domain, enum refit_kind kind, const void *start, size_t size)
{
	if (ZERO_OR_NULL_PTR(start))
		return;
	refit_own(domain, kind, start, size, 0, 0);
	refit_lend(domain, start, size);
}
EXPORT_SYMBOL_GPL(refit_got_memory);

void refit_gone_memory(struct refit_domain *domain, enum refit_kind kind, const void *start)
{
	struct refit_slot *slot;
	bool has_callbacks;
	size_t size;

	if (ZERO_OR_NULL_PTR(start))
		return;
	slot = refit_take(domain, kind, start);
	if (!slot) {
		refit_bad_argument(domain, start);
		return;
	}
	size = slot->size;
	has_callbacks = slot->extra[1];
	refit_forget(slot);
	if (unlikely(has_callbacks) && refit_forget_callbacks(domain, start, size)) {
		/* If the call ends here, the memory is not freed and has to be known for that. */
		refit_own(domain, kind, start, size, 0, 0);
		refit_bad_argument(domain, start);
		refit_drop(domain, kind, start);
	}
	refit_take_back(domain, start, size);
}
EXPORT_SYMBOL_GPL(refit_gone_memory);

void refit_got_page(struct refit_domain *domain, struct page *page, unsigned int order)
{
	if (!page)
		return;
	refit_own(domain, REFIT_PAGE, page, PAGE_SIZE << order, order, 0);
	refit_lend(domain, page_address(page), PAGE_SIZE << order);
}
EXPORT_SYMBOL_GPL(refit_got_page);

/* Pages are counted by others too, so one that isn't noted is no fault. */
void refit_gone_page(struct refit_domain *domain, struct page *page)
{
	struct refit_slot *slot = refit_take(domain, REFIT_PAGE, page);

	if (!slot)
		return;
	refit_take_back(domain, page_address(page), slot->size);
	refit_forget(slot);
}
EXPORT_SYMBOL_GPL(refit_gone_page);

void refit_release_memory(struct refit_domain *domain, struct refit_object *object)
{
	kfree((void *)object->key);
}

void refit_release_vmemory(struct refit_domain *domain, struct refit_object *object)
{
	vfree((void *)object->key);
}

void refit_release_page(struct refit_domain *domain, struct refit_object *object)
{
	__free_pages((struct page *)object->key, object->extra[0]);
}
