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

#endif
