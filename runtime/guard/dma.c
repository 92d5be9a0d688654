// SPDX-License-Identifier: GPL-2.0-only
/* DMA mappings: coherent memory, and what a failed driver leaves. The rest is in <refit/dma.h>. */
#include <linux/dma-mapping.h>

#include <refit/imports.h>

#include "release.h"
#include "state.h"

void refit_gone_dma(struct refit_domain *domain, struct device *device, dma_addr_t address, size_t size)
{
	if (!refit_drop_exact(domain, REFIT_DMA, (const void *)address, size, (unsigned long)device))
		refit_bad_argument(domain, (const void *)address);
}
EXPORT_SYMBOL_GPL(refit_gone_dma);

void refit_got_coherent(struct refit_domain *domain, struct device *device, void *start, size_t size, dma_addr_t address)
{
	if (!start)
		return;
	refit_own(domain, REFIT_DMA_COHERENT, start, size, (unsigned long)device, address);
	refit_lend(domain, start, size);
}
EXPORT_SYMBOL_GPL(refit_got_coherent);

void refit_gone_coherent(struct refit_domain *domain, struct device *device, void *start, size_t size)
{
	if (!start)
		return;
	if (!refit_drop_exact(domain, REFIT_DMA_COHERENT, start, size, (unsigned long)device))
		refit_bad_argument(domain, start);
	refit_take_back(domain, start, size);
}
EXPORT_SYMBOL_GPL(refit_gone_coherent);

void refit_release_dma(struct refit_domain *domain, struct refit_object *object)
{
	dma_unmap_page((struct device *)object->extra[0], object->key, object->size, object->extra[1]);
}

void refit_release_coherent(struct refit_domain *domain, struct refit_object *object)
{
	dma_free_coherent((struct device *)object->extra[0], object->size, (void *)object->key, object->extra[1]);
}
