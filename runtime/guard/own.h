/* SPDX-License-Identifier: GPL-2.0-only */
/* What a domain has: noting objects and forgetting them. Both are done for each packet, so they are inlined. */
#ifndef REFIT_OWN_H
#define REFIT_OWN_H

#include "objects.h"
#include "state.h"

/* Notes an object; one that is noted already is brought up to date. False without memory. */
static __always_inline bool refit_own(struct refit_domain *domain, enum refit_kind kind, const void *key,
				      unsigned long size, unsigned long extra0, unsigned long extra1)
{
	struct refit_objects *objects = &domain->state->objects;
	struct refit_body body = { size, { extra0, extra1 } };
	unsigned long tag = refit_tag(kind, key);

	return refit_change(objects, tag, body) || refit_put(domain, objects, tag, body);
}

/* The same for an object that the driver may have more than once. */
static __always_inline bool refit_own_another(struct refit_domain *domain, enum refit_kind kind, const void *key,
					      unsigned long size, unsigned long extra0, unsigned long extra1)
{
	struct refit_body body = { size, { extra0, extra1 } };

	return refit_put(domain, &domain->state->objects, refit_tag(kind, key), body);
}

/* Forgets an object; *body gets what was known of it. False if there is none. */
static __always_inline bool refit_disown(struct refit_domain *domain, enum refit_kind kind, const void *key,
					 struct refit_body *body)
{
	return refit_take(&domain->state->objects, refit_tag(kind, key), body);
}

/* The same where nothing more is to be known. */
static __always_inline bool refit_drop(struct refit_domain *domain, enum refit_kind kind, const void *key)
{
	struct refit_body body __uninitialized;

	return refit_disown(domain, kind, key, &body);
}

#endif
