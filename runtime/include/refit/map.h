/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a domain may write: one bit for each 8 bytes of the kernel's address space, in a tree of fixed depth, so that a
 * look-up takes the same few loads however much the driver holds.
 *
 *   chunk  16 GB  found by its number in a small hash table, so that any layout of the address space fits
 *   table   8 MB
 *   leaf    4 KB
 *   page   8 words of 64 bits
 *
 * A missing level means that nothing below may be written. Levels are added and never taken away while the driver runs, and bits
 * are changed atomically, so a look-up takes no lock.
 */
#ifndef REFIT_MAP_H
#define REFIT_MAP_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define REFIT_GRANULE_SHIFT	3
#define REFIT_PAGE_SHIFT	12
#define REFIT_PAGE_GRANULES	BIT(REFIT_PAGE_SHIFT - REFIT_GRANULE_SHIFT)
#define REFIT_LEAF_SHIFT	23
#define REFIT_CHUNK_SHIFT	34
#define REFIT_CHUNK_BITS	8
#define REFIT_CHUNKS		BIT(REFIT_CHUNK_BITS)

struct refit_page {
	u64 words[8];
};

struct refit_leaf {
	struct refit_page *pages[BIT(REFIT_LEAF_SHIFT - REFIT_PAGE_SHIFT)];
};

struct refit_chunk {
	unsigned long number;		/* of an address, shifted; no kernel address gives 0 */
	struct refit_leaf *leaves[BIT(REFIT_CHUNK_SHIFT - REFIT_LEAF_SHIFT)];
};

struct refit_map {
	struct refit_chunk *chunks[REFIT_CHUNKS];
};

/* Where to look for a chunk first; if another one is there, the next is tried. */
static __always_inline unsigned long refit_first_slot(unsigned long number)
{
	return (number * 0x61c8864680b583ebul) >> (64 - REFIT_CHUNK_BITS);
}

/* The bits of the page that an address lies in, or NULL. */
static __always_inline const struct refit_page *refit_page_of(const struct refit_map *map, unsigned long address)
{
	unsigned long number = address >> REFIT_CHUNK_SHIFT;
	unsigned long slot = refit_first_slot(number);
	const struct refit_chunk *chunk;
	const struct refit_leaf *leaf;

	while ((chunk = READ_ONCE(map->chunks[slot])) && chunk->number != number)
		slot = (slot + 1) % REFIT_CHUNKS;
	if (unlikely(!chunk))
		return NULL;
	leaf = READ_ONCE(chunk->leaves[(address >> REFIT_LEAF_SHIFT) % ARRAY_SIZE(chunk->leaves)]);
	if (unlikely(!leaf))
		return NULL;
	return READ_ONCE(leaf->pages[(address >> REFIT_PAGE_SHIFT) % ARRAY_SIZE(leaf->pages)]);
}

/* Whether the byte at an address may be written. */
static __always_inline bool refit_byte_writable(const struct refit_map *map, unsigned long address)
{
	const struct refit_page *page = refit_page_of(map, address);

	return likely(page) &&
	       (READ_ONCE(page->words[(address >> 9) % ARRAY_SIZE(page->words)]) >>
		((address >> REFIT_GRANULE_SHIFT) % 64) & 1);
}

#endif
