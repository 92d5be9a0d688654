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
};

/* Probes each device again, after the driver's init has registered it again. */
int refit_probe_again(struct refit_state *state, struct pci_driver *driver);

#endif
