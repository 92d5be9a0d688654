// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA mappings. A bus address is that of one device, so the device's number among those of the driver is made part of the key. What a device writes by
 * itself is not held back by any of this: that takes an IOMMU.
 */
#include <linux/bits.h>
#include <linux/dma-mapping.h>

#include <refit/imports.h>

#include "devices.h"
#include "own.h"
#include "release.h"
#include "state.h"

/* No bus address of x86-64 is longer; see objects.c for the bits above. */
#define ADDRESS_BITS	52

static __always_inline const void *key_of(struct refit_domain *domain, struct device *device, dma_addr_t address)
{
	return (const void *)(address | refit_device_number(domain, device) << ADDRESS_BITS);
}

void refit_got_dma(struct refit_domain *domain, struct device *device, dma_addr_t address, size_t size, int direction)
{
	if (!dma_mapping_error(device, address))
		refit_own_another(domain, REFIT_DMA, key_of(domain, device, address), size, (unsigned long)device, direction);
}
EXPORT_SYMBOL_GPL(refit_got_dma);

void refit_gone_dma(struct refit_domain *domain, struct device *device, dma_addr_t address, size_t size)
{
	struct refit_body body __uninitialized;

	if (!refit_disown(domain, REFIT_DMA, key_of(domain, device, address), &body) || body.size != size)
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

void refit_gone_coherent(struct refit_domain *domain, void *start, size_t size)
{
	struct refit_body body __uninitialized;

	if (!start)
		return;
	if (!refit_disown(domain, REFIT_DMA_COHERENT, start, &body) || body.size != size)
		refit_bad_argument(domain, start);
	refit_take_back(domain, start, size);
}
EXPORT_SYMBOL_GPL(refit_gone_coherent);

void refit_release_dma(struct refit_domain *domain, struct refit_object *object)
{
	struct device *device = (struct device *)object->extra[0];
	dma_addr_t address = object->key & GENMASK_ULL(ADDRESS_BITS - 1, 0);

	dma_unmap_page(device, address, object->size, object->extra[1]);
}

void refit_release_coherent(struct refit_domain *domain, struct refit_object *object)
{
	dma_free_coherent((struct device *)object->extra[0], object->size, (void *)object->key, object->extra[1]);
}
