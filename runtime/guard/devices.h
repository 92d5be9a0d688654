/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices that are bound to a guarded driver. */
#ifndef REFIT_DEVICES_H
#define REFIT_DEVICES_H

#include <linux/list.h>
#include <linux/pci.h>

#include "state.h"

struct refit_device {
	struct list_head list;
	struct pci_dev *pci;
	const struct pci_device_id *id;	/* as it was probed with */
	unsigned long number;		/* tells it from the driver's other devices; below REFIT_DEVICES */
};

/* More devices than this share numbers. */
#define REFIT_DEVICES	64

/* Mostly the driver has one device only. */
static inline unsigned long refit_device_number(struct refit_domain *domain, const struct device *generic)
{
	struct refit_device *device;

	list_for_each_entry(device, &domain->state->devices, list)
		if (&device->pci->dev == generic)
			return device->number;
	return REFIT_DEVICES - 1;
}

/* Probes each device again, after the driver's init has registered it again. */
int refit_probe_again(struct refit_state *state, struct pci_driver *driver);

#endif
