// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain may write: building up the tree of <refit/map.h>, and the slow ways through it.
 *
 * Memory for the tree is taken in any context, so it may fail. A driver that lacks a bit is stopped at its next store there, and restarted:
 * that is safe, and short of memory is a bad time anyway.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <refit/access.h>
#include <refit/imports.h>

#include "context.h"
#include "state.h"

static struct kmem_cache *pages;

/* What is missing; see <refit/map.h>. Nobody sets a bit in it. */
static struct refit_page no_page;
static struct refit_leaf no_leaf;
static struct refit_chunk no_chunk;

static void fill_leaf(struct refit_leaf *leaf)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(leaf->pages); i++)
		leaf->pages[i] = &no_page;
}

static void fill_chunk(struct refit_chunk *chunk)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(chunk->leaves); i++)
		chunk->leaves[i] = &no_leaf;
}

int refit_map_init(void)
{
	fill_leaf(&no_leaf);
	fill_chunk(&no_chunk);
	pages = KMEM_CACHE(refit_page, 0);
	return pages ? 0 : -ENOMEM;
}

void refit_map_exit(void)
{
	kmem_cache_destroy(pages);
}

struct refit_map *refit_map_new(void)
{
	struct refit_map *map = kvmalloc(sizeof(struct refit_map), GFP_KERNEL);
	int i;

	for (i = 0; map && i < REFIT_CHUNKS; i++)
		map->chunks[i] = &no_chunk;
	return map;
}

static void free_leaf(struct refit_leaf *leaf)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(leaf->pages); i++)
		if (leaf->pages[i] != &no_page)
			kmem_cache_free(pages, leaf->pages[i]);
	kfree(leaf);
}

/* Nothing may be written any more. Nobody may look at the map meanwhile. */
void refit_map_clear(struct refit_map *map)
{
	int i, j;

	for (i = 0; i < REFIT_CHUNKS; i++) {
		struct refit_chunk *chunk = map->chunks[i];

		if (chunk == &no_chunk)
			continue;
		for (j = 0; j < ARRAY_SIZE(chunk->leaves); j++)
			if (chunk->leaves[j] != &no_leaf)
				free_leaf(chunk->leaves[j]);
		kfree(chunk);
		map->chunks[i] = &no_chunk;
	}
}

void refit_map_free(struct refit_map *map)
{
	if (!map)
		return;
	refit_map_clear(map);
	kvfree(map);
}

/* The chunk of an address, made if there is none; NULL without memory, or without a place. */
static struct refit_chunk *new_chunk(struct refit_map *map, unsigned long address)
{
	unsigned long number = address >> REFIT_CHUNK_SHIFT;
	unsigned long slot = number % REFIT_CHUNKS;
	struct refit_chunk *chunk;
	int tries;

	for (tries = 0; tries < REFIT_CHUNKS - 1; tries++, slot = (slot + 1) % REFIT_CHUNKS) {
		chunk = READ_ONCE(map->chunks[slot]);
		if (chunk == &no_chunk) {
			chunk = kmalloc(sizeof(*chunk), GFP_ATOMIC | __GFP_NOWARN);
			if (!chunk)
				return NULL;
			fill_chunk(chunk);
			chunk->number = number;
			if (cmpxchg(&map->chunks[slot], &no_chunk, chunk) == &no_chunk)
				return chunk;
			/* Another processor was faster. */
			kfree(chunk);
			chunk = map->chunks[slot];
		}
		if (chunk->number == number)
			return chunk;
	}
	return NULL;
}

static struct refit_leaf *new_leaf(struct refit_leaf **place)
{
	struct refit_leaf *leaf = READ_ONCE(*place);

	if (leaf != &no_leaf)
		return leaf;
	leaf = kmalloc(sizeof(*leaf), GFP_ATOMIC | __GFP_NOWARN);
	if (!leaf)
		return NULL;
	fill_leaf(leaf);
	if (cmpxchg(place, &no_leaf, leaf) == &no_leaf)
		return leaf;
	kfree(leaf);
	return READ_ONCE(*place);
}

/* The page of an address, made if there is none; NULL without memory. */
static noinline struct refit_page *new_page(struct refit_map *map, unsigned long address)
{
	struct refit_chunk *chunk = new_chunk(map, address);
	struct refit_page **place, *page;
	struct refit_leaf *leaf;

	if (!chunk)
		return NULL;
	leaf = new_leaf(&chunk->leaves[(address >> REFIT_LEAF_SHIFT) % ARRAY_SIZE(chunk->leaves)]);
	if (!leaf)
		return NULL;
	place = &leaf->pages[(address >> REFIT_PAGE_SHIFT) % ARRAY_SIZE(leaf->pages)];
	page = READ_ONCE(*place);
	if (page != &no_page)
		return page;
	page = kmem_cache_zalloc(pages, GFP_ATOMIC | __GFP_NOWARN);
	if (!page)
		return NULL;
	if (cmpxchg(place, &no_page, page) == &no_page)
		return page;
	kmem_cache_free(pages, page);
	return READ_ONCE(*place);
}

/* The bits of a word of a page, from that of the granule first to that of last, as far as they are in it. */
static __always_inline unsigned long mask_of(unsigned int word, unsigned int first, unsigned int last)
{
	unsigned long mask = ~0ul;

	if (word == first / BITS_PER_LONG)
		mask <<= first % BITS_PER_LONG;
	if (word == last / BITS_PER_LONG)
		mask &= ~0ul >> (BITS_PER_LONG - 1 - last % BITS_PER_LONG);
	return mask;
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

/* Words at the ends of a range may be shared with others. */
static __always_inline void change_word(unsigned long *word, unsigned long mask, bool writable)
{
	if (writable)
		atomic_long_or(mask, (atomic_long_t *)word);
	else
		atomic_long_andnot(mask, (atomic_long_t *)word);
}

/* Sets or clears the bits of the granules from first to last of a page. */
static __always_inline void change_page(struct refit_page *page, unsigned int first, unsigned int last, bool writable)
{
	unsigned int word = first / BITS_PER_LONG, last_word = last / BITS_PER_LONG;

	change_word(&page->words[word], mask_of(word, first, last), writable);
	if (word == last_word)
		return;
	while (++word < last_word)
		WRITE_ONCE(page->words[word], writable ? ~0ul : 0);
	change_word(&page->words[word], ~0ul >> (BITS_PER_LONG - 1 - last % BITS_PER_LONG), writable);
}

/* The part of a range in the page that it begins in. */
static __always_inline void change_first_page(struct refit_map *map, unsigned long address, unsigned long last, bool writable)
{
	struct refit_page *page = (struct refit_page *)refit_page_of(map, address);

	if (unlikely(page == &no_page)) {
		page = writable ? new_page(map, address) : NULL;
		if (!page)
			return;
	}
	change_page(page, granule_of(address), granule_of(last_in_page(address, last)), writable);
}

/* Ranges in one page are the most frequent ones. */
static __always_inline void change(struct refit_map *map, const void *start, size_t size, bool writable)
{
	unsigned long address = (unsigned long)start;
	unsigned long last = address + size - 1;

	if (unlikely(!size || last < address))
		return;
	change_first_page(map, address, last, writable);
	while (unlikely(last_in_page(address, last) != last)) {
		address = last_in_page(address, last) + 1;
		change_first_page(map, address, last, writable);
	}
}

void refit_lend(struct refit_domain *domain, const void *start, size_t size)
{
	change(domain->map, start, size, true);
}

void refit_take_back(struct refit_domain *domain, const void *start, size_t size)
{
	change(domain->map, start, size, false);
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

/* The first byte of a range that may not be written in the page that it begins in, or one behind its part there. */
static unsigned long first_denied_in_page(struct refit_map *map, unsigned long address, unsigned long last)
{
	const struct refit_page *page = refit_page_of(map, address);
	unsigned int first = granule_of(address), word;
	unsigned long denied;

	last = last_in_page(address, last);
	for (word = first / BITS_PER_LONG; word <= granule_of(last) / BITS_PER_LONG; word++) {
		denied = ~READ_ONCE(page->words[word]) & mask_of(word, first, granule_of(last));
		if (unlikely(denied))
			return max(address, (address & ~(BIT(REFIT_PAGE_SHIFT) - 1)) +
					    ((word * BITS_PER_LONG + __ffs(denied)) << REFIT_GRANULE_SHIFT));
	}
	return last + 1;
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

void refit_denied(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from)
{
	unsigned long last = address + size - 1;

	if (on_own_stack(refit_running_call(), address, size) || of_running_task(address))
		return;
	if (last < address || still_denied(domain, address, last) <= last)
		refit_fail(domain, REFIT_DENIED_STORE, address, from);
}
EXPORT_SYMBOL_GPL(refit_denied);

/* Whether a range may be written: those only that one word of the map tells of. */
static __always_inline bool is_writable(struct refit_map *map, unsigned long address, unsigned long last)
{
	unsigned int first = granule_of(address), word = first / BITS_PER_LONG;
	unsigned long mask;

	if ((address ^ last) >> REFIT_GRANULE_SHIFT >= BITS_PER_LONG)
		return false;
	mask = mask_of(word, first, granule_of(last));
	return !(~READ_ONCE(refit_page_of(map, address)->words[word]) & mask);
}

void refit_check_range(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from)
{
	unsigned long last = address + size - 1;
	unsigned long denied;

	if (!size || likely(last >= address && is_writable(domain->map, address, last)))
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
EXPORT_SYMBOL_GPL(refit_lend_argument);
EXPORT_SYMBOL_GPL(refit_take_back_argument);
