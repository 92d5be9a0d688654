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

static __always_inline void refit_gone_dma(struct refit_domain *domain, struct device *device, dma_addr_t address, size_t size)
{
	if (unlikely(!refit_drop_exact(domain, REFIT_DMA, (const void *)address, size, (unsigned long)device)))
		refit_bad_argument(domain, (const void *)address);
}

void refit_got_coherent(struct refit_domain *domain, struct device *device, void *start, size_t size, dma_addr_t address);
void refit_gone_coherent(struct refit_domain *domain, struct device *device, void *start, size_t size);

#endif
