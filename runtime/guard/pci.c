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

int refit_pci_register_driver(struct refit_domain *domain, struct pci_driver *driver, struct module *owner, const char *name)
{
	if (refit_restarting(domain))
		return refit_probe_again(domain->state, driver);
	return PTR_ERR_OR_ZERO(copy_of(domain, driver, owner, name));
}
EXPORT_SYMBOL_GPL(refit_pci_register_driver);

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

static struct refit_device *device_of(struct refit_domain *domain, struct pci_dev *pci)
{
	struct refit_device *device;

	list_for_each_entry(device, &domain->state->devices, list)
		if (device->pci == pci)
			return device;
	return NULL;
}

/* What drivers write in a struct pci_dev by way of inline functions of the headers. */
static void lend_device(struct refit_domain *domain, struct pci_dev *pci)
{
	refit_lend(domain, &pci->dev.driver_data, sizeof(pci->dev.driver_data));
}

void refit_probe_begins(struct refit_domain *domain, struct pci_dev *pci, const struct pci_device_id *id)
{
	struct refit_device *device = device_of(domain, pci);

	lend_device(domain, pci);
	if (device)
		return;
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return;
	device->pci = pci_dev_get(pci);
	device->id = id;
	list_add_tail(&device->list, &domain->state->devices);
}
EXPORT_SYMBOL_GPL(refit_probe_begins);

static void forget_device(struct refit_domain *domain, struct pci_dev *pci)
{
	struct refit_device *device = device_of(domain, pci);

	if (!device)
		return;
	list_del(&device->list);
	pci_dev_put(device->pci);
	kfree(device);
}

void refit_probe_ended(struct refit_domain *domain, struct pci_dev *pci, int result)
{
	if (result < 0 && !refit_restarting(domain))
		forget_device(domain, pci);
}
EXPORT_SYMBOL_GPL(refit_probe_ended);

void refit_removed(struct refit_domain *domain, struct pci_dev *pci)
{
	forget_device(domain, pci);
}
EXPORT_SYMBOL_GPL(refit_removed);

int refit_probe_again(struct refit_state *state, struct pci_driver *driver)
{
	struct refit_device *device;
	int error, result = 0;

	list_for_each_entry(device, &state->devices, list) {
		error = driver->probe(device->pci, device->id);
		if (error < 0)
			result = error;
	}
	return result;
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
