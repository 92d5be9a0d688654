/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DMA mappings. A page may be mapped more than once, as when a packet is sent twice. What a device writes by itself is not held back by any
 * of this: that takes an IOMMU.
 */
#ifndef REFIT_DMA_H
#define REFIT_DMA_H

#include <linux/dma-mapping.h>

#include <refit/own.h>

static __always_inline void refit_got_dma(struct refit_domain *domain, struct device *device, dma_addr_t address,
					  size_t size, int direction)
{
	if (likely(!dma_mapping_error(device, address)))
		refit_own_another(domain, REFIT_DMA, (const void *)address, size, (unsigned long)device, direction);
}

void refit_gone_dma(struct refit_domain *domain, struct device *device, dma_addr_t address, size_t size);

/* The same if it is where it mostly is. False if it isn't, with nothing changed. */
static __always_inline bool refit_gone_usual_dma(struct refit_domain *domain, struct device *device, dma_addr_t address, size_t size)
{
	unsigned long tag = refit_tag(REFIT_DMA, (const void *)address);

	return refit_empty_exact(refit_slot_of(domain->objects, REFIT_DMA, tag), tag, size, (unsigned long)device);
}

void refit_got_coherent(struct refit_domain *domain, struct device *device, void *start, size_t size, dma_addr_t address);
void refit_gone_coherent(struct refit_domain *domain, struct device *device, void *start, size_t size);

#endif
