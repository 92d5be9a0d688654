// SPDX-License-Identifier: GPL-2.0-only
/* The shadows of all classes. */
#include <linux/kernel.h>

#include <refit/shadow.h>

static const struct refit_shadow *const shadows[] = {
	&refit_net_shadow,
};

void refit_shadow_quiet(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		shadows[i]->quiet(domain);
}

void refit_shadow_sweep(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		shadows[i]->sweep(domain);
}

void refit_shadow_lock(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		shadows[i]->lock();
}

void refit_shadow_unlock(void)
{
	int i;

	for (i = ARRAY_SIZE(shadows) - 1; i >= 0; i--)
		shadows[i]->unlock();
}

int refit_shadow_resume(struct refit_domain *domain)
{
	int i, error = 0;

	for (i = 0; i < ARRAY_SIZE(shadows) && !error; i++)
		error = shadows[i]->resume(domain);
	return error;
}

void refit_shadow_running(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		shadows[i]->running(domain);
}

bool refit_shadow_settled(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		if (!shadows[i]->settled(domain))
			return false;
	return true;
}

void refit_shadow_dead(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		shadows[i]->dead(domain);
}

void refit_shadow_forget(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(shadows); i++)
		shadows[i]->forget(domain);
}
