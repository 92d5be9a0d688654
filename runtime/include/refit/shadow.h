/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shadows: what stands in for a driver while it is restarted, one for each class of drivers. In passive mode a shadow notes what
 * the driver was asked for, through the entries' hooks; in active mode it answers in the driver's place, and brings the restarted driver
 * to where the old one was.
 */
#ifndef REFIT_SHADOW_H
#define REFIT_SHADOW_H

struct refit_domain;

/* Each function is called for each domain, in task context, and sees to the devices of its class. */
struct refit_shadow {
	const char *name;
	/* The driver is stopped and nobody is inside: the kernel must not wait for it. */
	void (*quiet)(struct refit_domain *domain);
	/* What the driver had has been released, and it is still stopped: devices that it will not ask for any more are given back. */
	void (*sweep)(struct refit_domain *domain);
	/* From before the devices are resumed until the driver runs, nobody else asks them for anything. */
	void (*lock)(void);
	void (*unlock)(void);
	/* Init has run again: each device is brought back to the state that was noted. Locked. */
	int (*resume)(struct refit_domain *domain);
	/* The driver runs. Locked. */
	void (*running)(struct refit_domain *domain);
	/* Whether each device that was in use, or was just being taken into use or out of it, has been set up by the restarted driver. */
	bool (*settled)(struct refit_domain *domain);
	/* The driver was given up. */
	void (*dead)(struct refit_domain *domain);
	/* The driver is unloaded. */
	void (*forget)(struct refit_domain *domain);
};

extern const struct refit_shadow refit_net_shadow;

void refit_shadow_quiet(struct refit_domain *domain);
void refit_shadow_sweep(struct refit_domain *domain);
void refit_shadow_lock(void);
void refit_shadow_unlock(void);
int refit_shadow_resume(struct refit_domain *domain);
void refit_shadow_running(struct refit_domain *domain);
bool refit_shadow_settled(struct refit_domain *domain);
void refit_shadow_dead(struct refit_domain *domain);
void refit_shadow_forget(struct refit_domain *domain);

#endif
