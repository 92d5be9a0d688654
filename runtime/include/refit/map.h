/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a domain may write: one bit for each 8 bytes of the kernel's address space, in a tree of fixed depth, so that a
 * look-up takes the same few loads however much the driver holds.
 *
 *   map    chunks of 16 GB, found by the lower bits of their number; if another one is there, the next place is tried
 *   chunk  leaves of 8 MB
 *   leaf   pages of 4 KB
 *   page   8 words of 64 bits
 *
 * What is missing is a node without a bit, of which all parents share one, so that a look-up has nothing to ask for on its way. Nodes are
 * added and never taken away while the driver runs, and bits are changed atomically, so a look-up takes no lock.
 */
#ifndef REFIT_MAP_H
#define REFIT_MAP_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define REFIT_GRANULE_SHIFT	3
#define REFIT_PAGE_SHIFT	12
#define REFIT_PAGE_GRANULES	BIT(REFIT_PAGE_SHIFT - REFIT_GRANULE_SHIFT)
#define REFIT_LEAF_SHIFT	23
#define REFIT_CHUNK_SHIFT	34
/* As many as there are with four levels of page tables. */
#define REFIT_CHUNK_BITS	13
#define REFIT_CHUNKS		BIT(REFIT_CHUNK_BITS)

struct refit_page {
	unsigned long words[8];
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

/* The chunk of an address, or one without a bit. */
static __always_inline const struct refit_chunk *refit_chunk_of(const struct refit_map *map, unsigned long address)
{
	unsigned long number = address >> REFIT_CHUNK_SHIFT;
	unsigned long slot = number % REFIT_CHUNKS;
	const struct refit_chunk *chunk = READ_ONCE(map->chunks[slot]);

	while (unlikely(chunk->number != number) && chunk->number) {
		slot = (slot + 1) % REFIT_CHUNKS;
		chunk = READ_ONCE(map->chunks[slot]);
	}
	return chunk;
}

/* The bits of the page that an address lies in, or a page without a bit. */
static __always_inline const struct refit_page *refit_page_of(const struct refit_map *map, unsigned long address)
{
	const struct refit_chunk *chunk = refit_chunk_of(map, address);
	const struct refit_leaf *leaf;

	leaf = READ_ONCE(chunk->leaves[(address >> REFIT_LEAF_SHIFT) % ARRAY_SIZE(chunk->leaves)]);
	return READ_ONCE(leaf->pages[(address >> REFIT_PAGE_SHIFT) % ARRAY_SIZE(leaf->pages)]);
}

/* Whether the byte at an address may be written. */
static __always_inline bool refit_byte_writable(const struct refit_map *map, unsigned long address)
{
	const struct refit_page *page = refit_page_of(map, address);

	return test_bit((address >> REFIT_GRANULE_SHIFT) % REFIT_PAGE_GRANULES, page->words);
}

#endif
