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
	bool lost;			/* unbound while the driver failed or could not be asked, and not given back since */
	bool gone;			/* not bound, or lost, when the driver was stopped; what it had for it, but for what is held, has been released */
	bool to_probe;			/* again, in the restart under way */
};

bool refit_is_gone(struct refit_state *state, const struct device *device);
/* Whether a device is lost. Waits for unbinding under way. */
bool refit_lost_device(struct refit_state *state);
/* What the driver had is held or has been given back; nothing is held any more, and devices that aren't bound can go. */
void refit_released_objects(struct refit_state *state);
void refit_released_held(struct refit_state *state);

#endif
