// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI: the driver's registration, its devices, and what it has asked of them.
 *
 * The kernel never sees the driver's own struct pci_driver but a copy. So the driver's data can be put back to what it was before
 * init while its devices stay bound: for the kernel, nothing has happened.
 */
#include <linux/pci.h>
#include <linux/slab.h>

#include <refit/imports.h>

#include "devices.h"
#include "release.h"
#include "state.h"

static struct pci_driver *copy_of(struct refit_domain *domain, struct pci_driver *driver, struct module *owner, const char *name)
{
	struct pci_driver *copy = kmemdup(driver, sizeof(*driver), GFP_KERNEL);
	int error;

	if (!copy)
		return ERR_PTR(-ENOMEM);
	refit_own(domain, REFIT_PCI_DRIVER, driver, (unsigned long)copy, 0, 0);
	error = __pci_register_driver(copy, owner, name);
	if (!error)
		return copy;
	refit_drop(domain, REFIT_PCI_DRIVER, driver);
	kfree(copy);
	return ERR_PTR(error);
}

void refit_pci_unregister_driver(struct refit_domain *domain, struct pci_driver *driver)
{
	struct pci_driver *copy;
	struct refit_slot *slot;

	/* A restarted driver that gives up during its init leaves the registration to the guard. */
	if (refit_restarting(domain))
		return;
	slot = refit_take(domain, REFIT_PCI_DRIVER, driver);
	if (!slot) {
		refit_bad_argument(domain, driver);
		return;
	}
	copy = (struct pci_driver *)slot->size;
	refit_forget(slot);
	pci_unregister_driver(copy);
	kfree(copy);
}
EXPORT_SYMBOL_GPL(refit_pci_unregister_driver);

void refit_release_pci_driver(struct refit_domain *domain, struct refit_object *object)
{
	pci_unregister_driver((struct pci_driver *)object->size);
	kfree((void *)object->size);
}

/* Under the lock. */
static struct refit_device *device_of(struct refit_state *state, const struct pci_dev *pci)
{
	struct refit_device *device;

	list_for_each_entry(device, &state->devices, list)
		if (device->pci == pci)
			return device;
	return NULL;
}

/* What drivers write in a struct pci_dev by way of inline functions of the headers. */
static void lend_device(struct refit_domain *domain, struct pci_dev *pci)
{
	refit_lend(domain, &pci->dev.driver_data, sizeof(pci->dev.driver_data));
}

/* A driver may know an id of its own table by its place. */
static void set_id(const struct refit_state *state, struct refit_device *device, const struct pci_device_id *id)
{
	if (!within_module((unsigned long)id, state->domain->module)) {
		device->added_id = *id;
		id = &device->added_id;
	}
	device->id = id;
}

/* False if there is no record of it. */
static bool set_bound(struct refit_state *state, const struct pci_dev *pci, const struct pci_device_id *id)
{
	struct refit_device *device;

	spin_lock_irq(&state->lists);
	device = device_of(state, pci);
	if (device) {
		set_id(state, device, id);
		device->bound = true;
		device->gone = false;
	}
	spin_unlock_irq(&state->lists);
	return device;
}

static void set_unbound(struct refit_crossing *crossing, const struct pci_dev *pci)
{
	struct refit_state *state = crossing->entry->domain->state;
	struct refit_device *device;

	spin_lock_irq(&state->lists);
	device = device_of(state, pci);
	if (device) {
		device->bound = false;
		device->lost |= crossing->aborted || crossing->refused;
	}
	spin_unlock_irq(&state->lists);
}

void refit_probe_begins(struct refit_domain *domain, struct pci_dev *pci, const struct pci_device_id *id)
{
	struct refit_state *state = domain->state;
	struct refit_device *device;

	lend_device(domain, pci);
	if (set_bound(state, pci, id))
		return;
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return;
	device->pci = pci_dev_get(pci);
	set_id(state, device, id);
	device->bound = true;
	spin_lock_irq(&state->lists);
	list_add_tail(&device->list, &state->devices);
	spin_unlock_irq(&state->lists);
}
EXPORT_SYMBOL_GPL(refit_probe_begins);

void refit_probe_ended(struct refit_crossing *crossing, struct pci_dev *pci)
{
	if ((int)crossing->result < 0 && !refit_restarting(crossing->entry->domain))
		set_unbound(crossing, pci);
}
EXPORT_SYMBOL_GPL(refit_probe_ended);

void refit_removed(struct refit_crossing *crossing, struct pci_dev *pci)
{
	set_unbound(crossing, pci);
}
EXPORT_SYMBOL_GPL(refit_removed);

bool refit_is_gone(struct refit_state *state, const struct device *wanted)
{
	struct refit_device *device;
	bool gone = false;

	spin_lock_irq(&state->lists);
	list_for_each_entry(device, &state->devices, list)
		gone |= &device->pci->dev == wanted && device->gone;
	spin_unlock_irq(&state->lists);
	return gone;
}

bool refit_lost_device(struct refit_state *state)
{
	struct refit_device *device;
	bool lost = false;

	/* The kernel unbinds a device with its lock held. One that isn't bound may be locked for long by somebody else. */
	list_for_each_entry(device, &state->devices, list) {
		if (READ_ONCE(device->bound)) {
			device_lock(&device->pci->dev);
			device_unlock(&device->pci->dev);
		}
		spin_lock_irq(&state->lists);
		lost |= device->lost;
		spin_unlock_irq(&state->lists);
	}
	return lost;
}

static struct refit_device *next_to_probe(struct refit_state *state)
{
	struct refit_device *device, *next = NULL;

	spin_lock_irq(&state->lists);
	list_for_each_entry(device, &state->devices, list) {
		if (!device->to_probe)
			continue;
		device->to_probe = false;
		next = device;
		break;
	}
	spin_unlock_irq(&state->lists);
	return next;
}

static bool is_registration_of(const struct refit_object *object, unsigned long driver)
{
	return object->kind == REFIT_PCI_DRIVER && object->key == driver;
}

/* Probes each device of a driver again. The kernel's functions do the same with the device locked. */
static int probe_again(struct refit_domain *domain, struct pci_driver *driver)
{
	struct refit_state *state = domain->state;
	struct refit_object registration;
	struct refit_device *device;
	struct pci_driver *copy;
	int error, result = 0;

	if (!refit_find(domain, is_registration_of, (unsigned long)driver, &registration))
		return -ENODEV;
	copy = (struct pci_driver *)registration.size;
	spin_lock_irq(&state->lists);
	list_for_each_entry(device, &state->devices, list)
		device->to_probe = device->bound;
	spin_unlock_irq(&state->lists);
	while ((device = next_to_probe(state))) {
		device_lock(&device->pci->dev);
		if (READ_ONCE(device->bound) && device->pci->dev.driver == &copy->driver) {
			state->probed = &device->pci->dev;
			error = copy->probe(device->pci, device->id);
			state->probed = NULL;
			if (error < 0)
				result = error;
		}
		device_unlock(&device->pci->dev);
	}
	return result;
}

int refit_pci_register_driver(struct refit_domain *domain, struct pci_driver *driver, struct module *owner, const char *name)
{
	if (refit_restarting(domain))
		return probe_again(domain, driver);
	return PTR_ERR_OR_ZERO(copy_of(domain, driver, owner, name));
}
EXPORT_SYMBOL_GPL(refit_pci_register_driver);

void refit_released_objects(struct refit_state *state)
{
	struct refit_device *device;

	spin_lock_irq(&state->lists);
	list_for_each_entry(device, &state->devices, list) {
		device->gone = !device->bound || device->lost;
		device->lost = false;
	}
	spin_unlock_irq(&state->lists);
}

void refit_released_held(struct refit_state *state)
{
	struct refit_device *device, *next;
	LIST_HEAD(gone);

	spin_lock_irq(&state->lists);
	list_for_each_entry_safe(device, next, &state->devices, list)
		if (device->gone && !device->bound && !device->lost)
			list_move(&device->list, &gone);
	spin_unlock_irq(&state->lists);
	list_for_each_entry_safe(device, next, &gone, list) {
		pci_dev_put(device->pci);
		kfree(device);
	}
}

static const void *key_of(enum refit_kind kind, struct pci_dev *pci, int bars)
{
	/* Regions may be asked for in several steps. */
	return (const char *)pci + (kind == REFIT_PCI_REGIONS ? bars : 0);
}

void refit_got_pci(struct refit_domain *domain, enum refit_kind kind, struct pci_dev *pci, int bars)
{
	refit_own(domain, kind, key_of(kind, pci, bars), bars, (unsigned long)pci, 0);
}
EXPORT_SYMBOL_GPL(refit_got_pci);

void refit_gone_pci(struct refit_domain *domain, enum refit_kind kind, struct pci_dev *pci, int bars)
{
	refit_drop(domain, kind, key_of(kind, pci, bars));
}
EXPORT_SYMBOL_GPL(refit_gone_pci);

void refit_got_mapping(struct refit_domain *domain, void __iomem *start)
{
	if (start)
		refit_own(domain, REFIT_MAPPING, (const void __force *)start, 0, 0, 0);
}
EXPORT_SYMBOL_GPL(refit_got_mapping);

void refit_gone_mapping(struct refit_domain *domain, void __iomem *start)
{
	if (start && !refit_drop(domain, REFIT_MAPPING, (const void __force *)start))
		refit_bad_argument(domain, (const void __force *)start);
}
EXPORT_SYMBOL_GPL(refit_gone_mapping);

static struct pci_dev *pci_of(const struct refit_object *object)
{
	return (struct pci_dev *)object->extra[0];
}

void refit_release_pci_master(struct refit_domain *domain, struct refit_object *object)
{
	pci_clear_master(pci_of(object));
}

void refit_release_pci_mwi(struct refit_domain *domain, struct refit_object *object)
{
	pci_clear_mwi(pci_of(object));
}

void refit_release_pci_regions(struct refit_domain *domain, struct refit_object *object)
{
	pci_release_selected_regions(pci_of(object), object->size);
}

void refit_release_pci_enabled(struct refit_domain *domain, struct refit_object *object)
{
	pci_disable_device(pci_of(object));
}

void refit_release_mapping(struct refit_domain *domain, struct refit_object *object)
{
	iounmap((void __iomem __force *)object->key);
}
