/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices that are bound to a guarded driver. */
#ifndef REFIT_DEVICES_H
#define REFIT_DEVICES_H

#include <linux/list.h>
#include <linux/pci.h>

#include "state.h"

/* It stays until what the driver had for it has been given back, since that may take the device. */
struct refit_device {
	struct list_head list;
	struct pci_dev *pci;
	const struct pci_device_id *id;	/* as it was probed with */
	struct pci_device_id added_id;	/* that the user has added, and may remove */
	bool bound;
	bool released;			/* what the driver had for it, but for what is held; never while it is bound */
	bool to_probe;			/* again, in the restart under way */
};

/* Whether a driver was bound to a device and is no more. */
bool refit_is_unbound(struct refit_state *state, const struct device *device);
/* Whether a device that was unbound while the driver could not be asked is still in use. Waits for unbinding under way. */
bool refit_lost_device(struct refit_state *state);
/* What the driver had is held or has been given back; nothing is held any more, and devices that aren't bound can go. */
void refit_released_objects(struct refit_state *state);
void refit_released_held(struct refit_state *state);

#endif
