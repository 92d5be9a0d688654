// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain may write: adding to the pages of <refit/map.h>, and the slow ways through them.
 *
 * Memory for pages is taken in any context, so it may fail. A driver that lacks one is stopped at its next store there, and restarted:
 * that is safe, and short of memory is a bad time anyway.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include <refit/access.h>
#include <refit/imports.h>

#include "context.h"
#include "state.h"

static struct kmem_cache *pages;

/* The end of each chain. Nobody opens a granule of it. */
static struct refit_page no_page;

int refit_map_init(void)
{
	memset(no_page.closed, true, sizeof(no_page.closed));
	pages = KMEM_CACHE(refit_page, 0);
	return pages ? 0 : -ENOMEM;
}

void refit_map_exit(void)
{
	kmem_cache_destroy(pages);
}

void refit_map_prepare(struct refit_map *map)
{
	int i;

	for (i = 0; i < REFIT_PLACES; i++)
		map->pages[i] = &no_page;
}

/* Nothing may be written any more. Nobody may look at the map meanwhile. */
void refit_map_clear(struct refit_map *map)
{
	int i;

	for (i = 0; i < REFIT_PLACES; i++) {
		while (map->pages[i] != &no_page) {
			struct refit_page *page = map->pages[i];

			map->pages[i] = page->next;
			kmem_cache_free(pages, page);
		}
	}
}

/*
 * The page of an address, made if there is none; NULL without memory. It comes behind the first one of its place: what a driver has had from the
 * beginning is what it writes most.
 */
static const struct refit_page *new_page(struct refit_map *map, unsigned long address)
{
	struct refit_page **link = &map->pages[(address >> REFIT_PAGE_SHIFT) % REFIT_PLACES];
	const struct refit_page *found;
	struct refit_page *page;

	if (address < PAGE_SIZE)
		return NULL;
	page = kmem_cache_alloc(pages, GFP_ATOMIC | __GFP_NOWARN);
	if (!page)
		return NULL;
	if (READ_ONCE(*link) != &no_page)
		link = &(*link)->next;
	page->number = address >> REFIT_PAGE_SHIFT;
	memset(page->closed, true, sizeof(page->closed));
	do {
		page->next = READ_ONCE(*link);
		found = refit_page_of(map, address);
		if (found != &no_page) {
			/* Another processor was faster. */
			kmem_cache_free(pages, page);
			return found;
		}
	} while (cmpxchg(link, page->next, page) != page->next);
	return page;
}

static __always_inline unsigned int granule_of(unsigned long address)
{
	return (address >> REFIT_GRANULE_SHIFT) % REFIT_PAGE_GRANULES;
}

/* The last address of a range that is in the page that it begins in. */
static __always_inline unsigned long last_in_page(unsigned long address, unsigned long last)
{
	return min(last, address | (BIT(REFIT_PAGE_SHIFT) - 1));
}

/* Opens or closes some granules. The last ones may be written twice: that takes fewer steps. */
static __always_inline void change_granules(bool *first, unsigned int count, bool writable)
{
	refit_granules_t value = writable ? 0 : REFIT_ALL_CLOSED;
	bool *end = first + count;

	if (count >= REFIT_STEP) {
		refit_change_steps(first, end, value);
	} else if (count >= sizeof(value)) {
		for (; first < end - sizeof(value); first += sizeof(value))
			WRITE_ONCE(*(refit_granules_t *)first, value);
		WRITE_ONCE(*(refit_granules_t *)(end - sizeof(value)), value);
	} else {
		while (first < end)
			WRITE_ONCE(*first++, !writable);
	}
}

/* A range that is in one page. False if that page isn't there. */
static __always_inline bool change_in_page(struct refit_map *map, unsigned long address, unsigned long last, bool writable)
{
	struct refit_page *page = (struct refit_page *)refit_page_of(map, address);
	unsigned int first = granule_of(address);

	if (unlikely(page == &no_page))
		return false;
	change_granules(&page->closed[first], granule_of(last) - first + 1, writable);
	return true;
}

/* Any range. Where a page isn't there, nothing may be written. */
static noinline void change_slowly(struct refit_map *map, unsigned long address, size_t size, bool writable)
{
	unsigned long last = address + size - 1, end;

	if (!size || last < address)
		return;
	do {
		end = last_in_page(address, last);
		if (!change_in_page(map, address, end, writable) && writable && new_page(map, address))
			change_in_page(map, address, end, true);
		address = end + 1;
	} while (end != last);
}

/* Ranges in one page are the most frequent ones. */
static __always_inline void change(struct refit_map *map, const void *start, size_t size, bool writable)
{
	unsigned long address = (unsigned long)start;
	unsigned long last = address + size - 1;

	if (unlikely(!size || last < address || (address ^ last) >> REFIT_PAGE_SHIFT ||
		     !change_in_page(map, address, last, writable)))
		change_slowly(map, address, size, writable);
}

void refit_lend(struct refit_domain *domain, const void *start, size_t size)
{
	change(domain->map, start, size, true);
}

void refit_take_back(struct refit_domain *domain, const void *start, size_t size)
{
	change(domain->map, start, size, false);
}

void refit_change_slowly(struct refit_domain *domain, const void *start, size_t size, bool writable)
{
	change(domain->map, start, size, writable);
}

void refit_lend_argument(struct refit_crossing *crossing, int number, const void *start, size_t size)
{
	struct refit_domain *domain = crossing->entry->domain;

	if (!start || refit_byte_writable(domain->map, (unsigned long)start))
		return;
	crossing->lent |= BIT(number);
	change(domain->map, start, size, true);
}

void refit_take_back_argument(struct refit_crossing *crossing, int number, const void *start, size_t size)
{
	if (crossing->lent & BIT(number))
		change(crossing->entry->domain->map, start, size, false);
}

/*
 * Whether an address belongs to the frames of the running call: between the stack pointer and the call's crossing.
 */
static bool on_own_stack(const struct refit_crossing *crossing, unsigned long address, unsigned long size)
{
	return crossing && address >= current_stack_pointer &&
	       address + size <= (unsigned long)crossing;
}

/* What the headers' inline functions write in the running task on behalf of whoever calls them. */
static bool of_running_task(unsigned long address)
{
	return address == (unsigned long)&current->__state ||
	       address == (unsigned long)&current->pagefault_disabled;
}

/* How many of some granules, from the first on, may be written. */
static __always_inline unsigned int count_writable(const bool *first, unsigned int count)
{
	unsigned int i = 0;

	while (i + sizeof(refit_granules_t) <= count && !READ_ONCE(*(const refit_granules_t *)&first[i]))
		i += sizeof(refit_granules_t);
	while (i < count && !READ_ONCE(first[i]))
		i++;
	return i;
}

/* The first byte of a range that may not be written in the page that it begins in, or one behind its part there. */
static __always_inline unsigned long first_denied_in_page(struct refit_map *map, unsigned long address, unsigned long last)
{
	const struct refit_page *page = refit_page_of(map, address);
	unsigned int first = granule_of(address), count, writable;

	last = last_in_page(address, last);
	count = granule_of(last) - first + 1;
	writable = count_writable(&page->closed[first], count);
	if (likely(writable == count))
		return last + 1;
	return max(address, round_down(address, BIT(REFIT_GRANULE_SHIFT)) + (writable << REFIT_GRANULE_SHIFT));
}

/* The first byte of a range that may not be written, or one behind it. */
static unsigned long first_denied(struct refit_domain *domain, unsigned long address, unsigned long last)
{
	unsigned long at, end;

	do {
		end = last_in_page(address, last);
		at = first_denied_in_page(domain->map, address, end);
		address = end + 1;
	} while (at > end && end != last);
	return at;
}

/* The same once what is lent late has been lent. */
static unsigned long still_denied(struct refit_domain *domain, unsigned long address, unsigned long last)
{
	while ((address = first_denied(domain, address, last)) <= last)
		if (!refit_lend_late(domain, address) || !refit_byte_writable(domain->map, address))
			break;
	return address;
}

bool refit_may_write(struct refit_domain *domain, const void *start, size_t size)
{
	unsigned long address = (unsigned long)start, last = address + size - 1;

	return last >= address && (on_own_stack(refit_running_call(), address, size) || still_denied(domain, address, last) > last);
}
EXPORT_SYMBOL_GPL(refit_may_write);

void refit_denied(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from)
{
	unsigned long last = address + size - 1;

	if (on_own_stack(refit_running_call(), address, size) || of_running_task(address))
		return;
	if (last < address || still_denied(domain, address, last) <= last)
		refit_fail(domain, REFIT_DENIED_STORE, address, from);
}
EXPORT_SYMBOL_GPL(refit_denied);

void refit_check_range(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from)
{
	unsigned long last = address + size - 1;
	unsigned long denied;

	if (!size || likely(last >= address && first_denied_in_page(domain->map, address, last) == address + size))
		return;
	if (last < address)
		refit_fail(domain, REFIT_DENIED_STORE, address, from);
	if (on_own_stack(refit_running_call(), address, size))
		return;
	denied = still_denied(domain, address, last);
	if (denied <= last)
		refit_fail(domain, REFIT_DENIED_STORE, denied, from);
}
EXPORT_SYMBOL_GPL(refit_check_range);
EXPORT_SYMBOL_GPL(refit_lend);
EXPORT_SYMBOL_GPL(refit_take_back);
EXPORT_SYMBOL_GPL(refit_change_slowly);
EXPORT_SYMBOL_GPL(refit_lend_argument);
EXPORT_SYMBOL_GPL(refit_take_back_argument);
