/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a domain may write: one byte for each 8 bytes of the kernel's address space, 0 if they may be written, held for those pages of 4 KB that the driver has or had
 * something in. The pages are found by the lower bits of their number; those that share a place are chained. There are so many
 * places that chains are short for a driver that has had less than some hundred MB, so that a look-up mostly takes the same few loads.
 *
 * The end of each chain is a page that may not be written, so that a look-up has nothing to ask for on its way. Pages are added and never taken
 * away while the driver runs, so a look-up takes no lock.
 */
#ifndef REFIT_MAP_H
#define REFIT_MAP_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define REFIT_GRANULE_SHIFT	3
#define REFIT_PAGE_SHIFT	12
#define REFIT_PAGE_GRANULES	BIT(REFIT_PAGE_SHIFT - REFIT_GRANULE_SHIFT)
#define REFIT_PLACES		BIT(16)

struct refit_domain;

struct refit_page {
	unsigned long number;		/* of an address, shifted; that of no kernel address is 0 */
	struct refit_page *next;	/* in the same place */
	bool closed[REFIT_PAGE_GRANULES];
};

struct refit_map {
	struct refit_page *pages[REFIT_PLACES];
};

/* The numbers in <refit/store_check.h>. */
static_assert(REFIT_PLACES == BIT(16) && REFIT_PAGE_SHIFT == 12 && REFIT_GRANULE_SHIFT == 3);
static_assert(offsetof(struct refit_page, number) == 0 && offsetof(struct refit_page, closed) == 16);

/* The page that an address lies in, or one that may not be written. */
static __always_inline const struct refit_page *refit_page_of(const struct refit_map *map, unsigned long address)
{
	unsigned long number = address >> REFIT_PAGE_SHIFT;
	const struct refit_page *page = READ_ONCE(map->pages[number % REFIT_PLACES]);

	while (unlikely(page->number != number) && page->number)
		page = page->next;
	return page;
}

/* Whether the byte at an address may be written. */
static __always_inline bool refit_byte_writable(const struct refit_map *map, unsigned long address)
{
	const struct refit_page *page = refit_page_of(map, address);

	return !READ_ONCE(page->closed[(address >> REFIT_GRANULE_SHIFT) % REFIT_PAGE_GRANULES]);
}

/* The driver may write these bytes from now on; or no longer. */
void refit_lend(struct refit_domain *domain, const void *start, size_t size);
void refit_take_back(struct refit_domain *domain, const void *start, size_t size);
/* One or the other, for those that the quick ways below do not change. */
__cold void refit_change_slowly(struct refit_domain *domain, const void *start, size_t size, bool writable);

/* As many granules as are changed or asked for at once, wherever they begin: this processor allows for that. */
typedef u64 refit_granules_t;
#define REFIT_ALL_CLOSED	0x0101010101010101ull

/*
 * The same for what is so long that the compiler need not make a loop. False, with nothing changed, if it doesn't begin at a granule, isn't in one
 * page, or the page isn't the first one of its place.
 */
static __always_inline bool refit_change_fixed(struct refit_map *map, const void *start, const size_t size, bool writable)
{
	const refit_granules_t value = writable ? 0 : REFIT_ALL_CLOSED;
	const unsigned int last = (size >> REFIT_GRANULE_SHIFT) - sizeof(value);
	unsigned long address = (unsigned long)start, number = address >> REFIT_PAGE_SHIFT;
	struct refit_page *page = READ_ONCE(map->pages[number % REFIT_PLACES]);
	unsigned int offset = address % BIT(REFIT_PAGE_SHIFT), i;
	bool *first = &page->closed[offset >> REFIT_GRANULE_SHIFT];

	BUILD_BUG_ON(size % BIT(REFIT_GRANULE_SHIFT) || size < sizeof(value) << REFIT_GRANULE_SHIFT);
	if (unlikely((page->number ^ number) | (offset % BIT(REFIT_GRANULE_SHIFT)) | (offset > BIT(REFIT_PAGE_SHIFT) - size)))
		return false;
#pragma GCC unroll 8
	for (i = 0; i < last; i += sizeof(value))
		WRITE_ONCE(*(refit_granules_t *)&first[i], value);
	WRITE_ONCE(*(refit_granules_t *)&first[last], value);
	return true;
}

/* As many granules as are changed in one step where there are many. */
#define REFIT_STEP	(4 * sizeof(refit_granules_t))

/* Changes at least so many. The last ones may be changed twice: that takes fewer steps. */
static __always_inline void refit_change_steps(bool *first, bool *end, refit_granules_t value)
{
	bool *last = end - REFIT_STEP;

	for (;; first += REFIT_STEP) {
		first = min(first, last);
		WRITE_ONCE(*(refit_granules_t *)first, value);
		WRITE_ONCE(*(refit_granules_t *)(first + sizeof(value)), value);
		WRITE_ONCE(*(refit_granules_t *)(first + 2 * sizeof(value)), value);
		WRITE_ONCE(*(refit_granules_t *)(first + 3 * sizeof(value)), value);
		if (first == last)
			return;
	}
}

/*
 * The driver may write these bytes from now on, or no longer, as refit_lend() and refit_take_back(). False, with nothing changed, if they are few, are not in
 * one page, or the page isn't the first one of its place. Only for what the kernel has said where it is: at the addresses around 0 there would be the page
 * that stands for all that are missing.
 */
static __always_inline bool refit_change_many(struct refit_map *map, const void *start, size_t size, bool writable)
{
	unsigned long address = (unsigned long)start, number = address >> REFIT_PAGE_SHIFT;
	struct refit_page *page = READ_ONCE(map->pages[number % REFIT_PLACES]);
	unsigned int offset = address % BIT(REFIT_PAGE_SHIFT);

	if (unlikely((page->number ^ number) | (size < REFIT_STEP << REFIT_GRANULE_SHIFT) | (size > BIT(REFIT_PAGE_SHIFT) - offset)))
		return false;
	refit_change_steps(&page->closed[offset >> REFIT_GRANULE_SHIFT], &page->closed[((offset + size - 1) >> REFIT_GRANULE_SHIFT) + 1],
			   writable ? 0 : REFIT_ALL_CLOSED);
	return true;
}

/*
 * Whether a driver may write all of a few bytes, such as an acknowledgement that it copies. False, too, if they are not eight to sixteen granules, or not
 * in one page that is the first one of its place.
 */
static __always_inline bool refit_few_writable(const struct refit_map *map, unsigned long address, size_t size)
{
	unsigned long number = address >> REFIT_PAGE_SHIFT;
	const struct refit_page *page = READ_ONCE(map->pages[number % REFIT_PLACES]);
	unsigned int offset = address % BIT(REFIT_PAGE_SHIFT);
	unsigned int first = offset >> REFIT_GRANULE_SHIFT, end = (offset + size - 1) >> REFIT_GRANULE_SHIFT;
	const bool *last = &page->closed[end + 1 - sizeof(refit_granules_t)];

	if (unlikely((page->number ^ number) | (size > BIT(REFIT_PAGE_SHIFT) - offset) |
		     (end - first - (sizeof(refit_granules_t) - 1) > sizeof(refit_granules_t))))
		return false;
	return !(READ_ONCE(*(const refit_granules_t *)&page->closed[first]) | READ_ONCE(*(const refit_granules_t *)last));
}

#endif
