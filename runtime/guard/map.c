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

#include "state.h"

static struct kmem_cache *pages;

int refit_map_init(void)
{
	pages = KMEM_CACHE(refit_page, 0);
	return pages ? 0 : -ENOMEM;
}

void refit_map_exit(void)
{
	kmem_cache_destroy(pages);
}

struct refit_map *refit_map_new(void)
{
	return kvzalloc(sizeof(struct refit_map), GFP_KERNEL);
}

static void free_leaf(struct refit_leaf *leaf)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(leaf->pages); i++)
		if (leaf->pages[i])
			kmem_cache_free(pages, leaf->pages[i]);
	kfree(leaf);
}

/* Nothing may be written any more. Nobody may look at the map meanwhile. */
void refit_map_clear(struct refit_map *map)
{
	int i, j;

	for (i = 0; i < REFIT_CHUNKS; i++) {
		struct refit_chunk *chunk = map->chunks[i];

		if (!chunk)
			continue;
		for (j = 0; j < ARRAY_SIZE(chunk->leaves); j++)
			if (chunk->leaves[j])
				free_leaf(chunk->leaves[j]);
		kfree(chunk);
		map->chunks[i] = NULL;
	}
}

void refit_map_free(struct refit_map *map)
{
	if (!map)
		return;
	refit_map_clear(map);
	kvfree(map);
}

/* Puts a new node where there was none. If another processor was faster, its node stays. */
#define INSTALL(place, node, release)					\
	({								\
		typeof(node) old = cmpxchg(&(place), NULL, (node));	\
		if (old)						\
			release;					\
		old ?: (node);						\
	})

static struct refit_chunk *chunk_of(struct refit_map *map, unsigned long address)
{
	unsigned long number = address >> REFIT_CHUNK_SHIFT;
	unsigned long slot = refit_first_slot(number);
	struct refit_chunk *chunk, *other;
	int tries;

	for (tries = 0; tries < REFIT_CHUNKS; tries++, slot = (slot + 1) % REFIT_CHUNKS) {
		chunk = READ_ONCE(map->chunks[slot]);
		if (!chunk) {
			chunk = kzalloc(sizeof(*chunk), GFP_ATOMIC | __GFP_NOWARN);
			if (!chunk)
				return NULL;
			chunk->number = number;
			other = cmpxchg(&map->chunks[slot], NULL, chunk);
			if (!other)
				return chunk;
			kfree(chunk);
			chunk = other;
		}
		if (chunk->number == number)
			return chunk;
	}
	return NULL;
}

/* The page of an address, made if there is none; NULL without memory. */
static noinline struct refit_page *new_page(struct refit_map *map, unsigned long address)
{
	struct refit_chunk *chunk = chunk_of(map, address);
	struct refit_leaf **leaf_place, *leaf;
	struct refit_page **page_place, *page;

	if (!chunk)
		return NULL;
	leaf_place = &chunk->leaves[(address >> REFIT_LEAF_SHIFT) % ARRAY_SIZE(chunk->leaves)];
	leaf = READ_ONCE(*leaf_place);
	if (!leaf) {
		leaf = kzalloc(sizeof(*leaf), GFP_ATOMIC | __GFP_NOWARN);
		if (!leaf)
			return NULL;
		leaf = INSTALL(*leaf_place, leaf, kfree(leaf));
	}
	page_place = &leaf->pages[(address >> REFIT_PAGE_SHIFT) % ARRAY_SIZE(leaf->pages)];
	page = READ_ONCE(*page_place);
	if (!page) {
		page = kmem_cache_zalloc(pages, GFP_ATOMIC | __GFP_NOWARN);
		if (!page)
			return NULL;
		page = INSTALL(*page_place, page, kmem_cache_free(pages, page));
	}
	return page;
}

/* Sets or clears the bits of the granules from first to last of a page. Words at the ends may be shared with others. */
static __always_inline void change_page(struct refit_page *page, unsigned int first, unsigned int last, bool writable)
{
	unsigned int word;

	for (word = first / 64; word <= last / 64; word++) {
		u64 mask = ~0ull;

		if (word == first / 64)
			mask &= ~0ull << (first % 64);
		if (word == last / 64)
			mask &= ~0ull >> (63 - last % 64);
		if (mask == ~0ull)
			WRITE_ONCE(page->words[word], writable ? ~0ull : 0);
		else if (writable)
			atomic64_or(mask, (atomic64_t *)&page->words[word]);
		else
			atomic64_andnot(mask, (atomic64_t *)&page->words[word]);
	}
}

static __always_inline void change(struct refit_map *map, const void *start, size_t size, bool writable)
{
	unsigned long address = (unsigned long)start;
	unsigned long end, last = address + size - 1;
	struct refit_page *page;

	if (!size || last < address)
		return;
	while (address <= last) {
		end = min(address | (BIT(REFIT_PAGE_SHIFT) - 1), last);
		page = (struct refit_page *)refit_page_of(map, address);
		if (unlikely(!page && writable))
			page = new_page(map, address);
		if (page)
			change_page(page, (address >> REFIT_GRANULE_SHIFT) % REFIT_PAGE_GRANULES,
				    (end >> REFIT_GRANULE_SHIFT) % REFIT_PAGE_GRANULES, writable);
		address = end + 1;
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

void refit_denied(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from)
{
	if (on_own_stack(refit_running_call(), address, size) || of_running_task(address))
		return;
	refit_fail(domain, REFIT_DENIED_STORE, address, from);
}
EXPORT_SYMBOL_GPL(refit_denied);

void refit_check_range(struct refit_domain *domain, unsigned long address, unsigned long size, unsigned long from)
{
	unsigned long at, last = address + size - 1;

	if (!size)
		return;
	if (last < address)
		refit_fail(domain, REFIT_DENIED_STORE, address, from);
	if (on_own_stack(refit_running_call(), address, size))
		return;
	for (at = address; at <= last && at >= address; at = (at | 7) + 1)
		if (!refit_byte_writable(domain->map, at))
			refit_fail(domain, REFIT_DENIED_STORE, at, from);
}
EXPORT_SYMBOL_GPL(refit_check_range);
EXPORT_SYMBOL_GPL(refit_lend);
EXPORT_SYMBOL_GPL(refit_take_back);
EXPORT_SYMBOL_GPL(refit_lend_argument);
EXPORT_SYMBOL_GPL(refit_take_back_argument);
