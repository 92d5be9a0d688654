// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recovery: from a driver that is stopped to one that runs.
 *
 *   1. The failure has set "stopped": no call gets in any more, and those inside leave at their next import or tick.
 *   2. The worker waits until all have left.
 *   3. The class's shadow quiets what the kernel would still do with the devices, and the guard releases what the driver held, in
 *      the order of enum refit_kind. What the kernel knows by address stays: the registration, the net_device. What a device may write to
 *      is held.
 *   4. The driver's data are put back to what they were before its init, and init runs again. It registers, probes and allocates as
 *      it always does; the imports hand it what stayed.
 *   5. The shadow brings the devices to the state they were in, while nobody else can ask them for anything, and what was held is released.
 *
 * A device goes on with what the failed driver has told it, such as where to put packets, as soon as the restarted one lets it write to memory, which
 * most do before they reset it. So that memory must not be anybody else's before the devices have been set up anew.
 *
 * Steps 3 to 5 are tried again a few times, as the driver may fail in them too. Then it is given up: it stays loaded, and its devices
 * do nothing.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

#include <refit/access.h>
#include <refit/imports.h>
#include <refit/shadow.h>

#include "devices.h"
#include "release.h"
#include "state.h"

#define TRIES		3
/* Failures count as being in a row so soon after a restart (ns). So many are seen to at once, and the next ones after a wait (ms). */
#define SOON		(10 * (s64)NSEC_PER_SEC)
#define FREE_RESTARTS	3u
#define LONGEST_WAIT	10000u
/* How long to wait for calls to leave. */
#define LEAVE_LIMIT	(30 * HZ)

static struct workqueue_struct *workers;

static const refit_release_t releases[REFIT_KINDS] = {
	[REFIT_IRQ] = refit_release_irq,
	[REFIT_NAPI_ENABLED] = refit_release_napi_enabled,
	[REFIT_NAPI] = refit_release_napi,
	[REFIT_TIMER] = refit_release_timer,
	[REFIT_WORK] = refit_release_work,
	[REFIT_DELAYED_WORK] = refit_release_delayed_work,
	[REFIT_PCI_MASTER] = refit_release_pci_master,
	[REFIT_DMA] = refit_release_dma,
	[REFIT_DMA_COHERENT] = refit_release_coherent,
	[REFIT_SKB] = refit_release_skb,
	[REFIT_FRAGMENT] = refit_release_fragment,
	[REFIT_PAGE] = refit_release_page,
	[REFIT_MEMORY] = refit_release_memory,
	[REFIT_VMEMORY] = refit_release_vmemory,
	[REFIT_MAPPING] = refit_release_mapping,
	[REFIT_PCI_MWI] = refit_release_pci_mwi,
	[REFIT_PCI_REGIONS] = refit_release_pci_regions,
	[REFIT_PCI_ENABLED] = refit_release_pci_enabled,
	[REFIT_NETDEV_REGISTERED] = refit_release_netdev_registered,
	[REFIT_NETDEV] = refit_release_netdev,
	[REFIT_PCI_DRIVER] = refit_release_pci_driver,
};

/* What the kernel holds on to over a restart. */
static bool stays(enum refit_kind kind)
{
	return kind >= REFIT_NETDEV_REGISTERED;
}

/* What a device may write to. */
static bool is_in_reach(enum refit_kind kind)
{
	return kind >= REFIT_DMA && kind <= REFIT_MEMORY;
}

static void hold(struct refit_domain *domain, struct refit_object *object)
{
	if (object->kind == REFIT_SKB)
		refit_hold_skb(domain, object);
	refit_keep(domain, &domain->state->held, object);
}

static bool wait_until_empty(struct refit_state *state)
{
	unsigned long end = jiffies + LEAVE_LIMIT;

	/* From here on, whoever gets in has been counted. */
	synchronize_rcu();
	while (refit_inside(state)) {
		if (time_after(jiffies, end))
			return false;
		usleep_range(200, 400);
	}
	return true;
}

static void release_held(struct refit_domain *domain)
{
	int kind;

	for (kind = 0; kind < REFIT_KINDS; kind++)
		refit_release_kind(domain, &domain->state->held, kind, releases[kind]);
	refit_released_held(domain->state);
}

/* What the kernel or a device needs over a restart is kept. */
static void release_for_restart(struct refit_domain *domain)
{
	int kind;

	for (kind = 0; kind < REFIT_KINDS; kind++)
		if (!stays(kind))
			refit_release_kind(domain, domain->objects, kind, is_in_reach(kind) ? hold : releases[kind]);
	refit_released_objects(domain->state);
	domain->state->untracked = false;
}

static void release_all(struct refit_domain *domain)
{
	int kind;

	for (kind = 0; kind < REFIT_KINDS; kind++)
		refit_release_kind(domain, domain->objects, kind, releases[kind]);
	refit_released_objects(domain->state);
	release_held(domain);
}

static void lend_sections(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(domain->sections); i++)
		refit_lend(domain, domain->sections[i].start,
			   domain->sections[i].end - domain->sections[i].start);
}

static void restore_sections(struct refit_domain *domain)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(domain->sections); i++)
		memcpy(domain->sections[i].start, domain->state->snapshots[i],
		       domain->sections[i].end - domain->sections[i].start);
}

static int take_snapshots(struct refit_domain *domain)
{
	size_t size;
	int i;

	for (i = 0; i < ARRAY_SIZE(domain->sections); i++) {
		size = domain->sections[i].end - domain->sections[i].start;
		domain->state->snapshots[i] = kvmalloc(size ?: 1, GFP_KERNEL);
		if (!domain->state->snapshots[i])
			return -ENOMEM;
		memcpy(domain->state->snapshots[i], domain->sections[i].start, size);
	}
	return 0;
}

static void enter_phase(struct refit_state *state, enum refit_phase phase)
{
	WRITE_ONCE(state->phase, phase);
}

/* The driver as it was before its init: nothing held, nothing writable but its own data. */
static void clear(struct refit_domain *domain)
{
	refit_shadow_quiet(domain);
	release_for_restart(domain);
	refit_shadow_sweep(domain);
	refit_map_clear(domain->map);
	restore_sections(domain);
	lend_sections(domain);
}

static int start(struct refit_domain *domain)
{
	struct refit_state *state = domain->state;
	int error;

	enter_phase(state, REFIT_RESTARTING);
	state->worker = current;
	WRITE_ONCE(domain->stopped, false);
	error = domain->init ? domain->init() : 0;
	refit_shadow_lock();
	if (!error && !READ_ONCE(domain->stopped))
		error = refit_shadow_resume(domain);
	state->worker = NULL;
	/* It may have failed again on the way, and some calls may be inside. */
	if (!error && READ_ONCE(domain->stopped))
		error = -EIO;
	if (!error) {
		enter_phase(state, REFIT_RUNNING);
		refit_shadow_running(domain);
	}
	refit_shadow_unlock();
	if (error)
		return error;
	/* Its driver could not be told, and it may have been opened. */
	if (refit_lost_device(state))
		return -ENODEV;
	if (refit_shadow_settled(domain))
		release_held(domain);
	return 0;
}

/* The driver may have failed again while it restarted; all of these failures are over. */
static void note_recovery(struct refit_state *state, unsigned long first)
{
	u64 now = ktime_get_mono_fast_ns();
	unsigned long flags, i;

	spin_lock_irqsave(&state->failing, flags);
	for (i = first; i < state->failure_count; i++)
		state->failures[i % REFIT_FAILURES].recovered = now;
	state->recovery_count++;
	state->restarted = now;
	spin_unlock_irqrestore(&state->failing, flags);
	pr_info("%s: runs again, %llu us after it failed\n", state->domain->name,
		div_u64(now - state->failures[first % REFIT_FAILURES].at, NSEC_PER_USEC));
}

/*
 * A driver that fails again and again at the same place soon after it was restarted is left alone for a while, twice as long each
 * time: whoever uses the network waits during restarts.
 */
static void wait_if_in_a_row(struct refit_state *state)
{
	const struct refit_failure *failure = &state->failures[(state->failure_count - 1) % REFIT_FAILURES];
	bool again = state->restarted && failure->ip && failure->ip == state->failed_at &&
		     (s64)(failure->at - state->restarted) < SOON;

	state->in_a_row = again ? state->in_a_row + 1 : 0;
	state->failed_at = failure->ip;
	if (state->in_a_row > FREE_RESTARTS)
		msleep(min(100u << min(state->in_a_row - FREE_RESTARTS - 1, 10u), LONGEST_WAIT));
}

static void tell_failure(struct refit_state *state)
{
	struct refit_failure *failure = &state->failures[(state->failure_count - 1) % REFIT_FAILURES];

	pr_warn("%s: stopped: %s at %pS, address %px, in %s\n", state->domain->name,
		refit_cause_names[failure->cause], (void *)failure->ip, (void *)failure->address,
		failure->entry ?: "no call");
}

static void give_up(struct refit_state *state, const char *why)
{
	enter_phase(state, REFIT_DEAD);
	pr_err("%s: %s; its devices are out of service until it is loaded again\n", state->domain->name, why);
	refit_shadow_dead(state->domain);
}

static void recover(struct work_struct *work)
{
	struct refit_state *state = container_of(work, struct refit_state, recovery);
	struct refit_domain *domain = state->domain;
	unsigned long first;
	int tries;

	/* A failure during a restart has been seen to by the time its alarm gets here; whoever unloads a driver sees to all others. */
	if (READ_ONCE(state->unloading) || state->phase != REFIT_RUNNING || !READ_ONCE(domain->stopped))
		return;
	first = state->failure_count - 1;
	enter_phase(state, REFIT_FAILED);
	tell_failure(state);
	refit_quiet_devices(domain);
	wait_if_in_a_row(state);
	for (tries = 0; tries < TRIES; tries++) {
		WRITE_ONCE(domain->stopped, true);
		enter_phase(state, REFIT_FAILED);
		if (!wait_until_empty(state)) {
			give_up(state, "a call into it does not end");
			return;
		}
		clear(domain);
		if (!start(domain)) {
			note_recovery(state, first);
			return;
		}
		/* To take a device away is no failure. */
		if (refit_lost_device(state))
			tries--;
	}
	WRITE_ONCE(domain->stopped, true);
	if (wait_until_empty(state))
		clear(domain);
	give_up(state, "it could not be restarted");
}

/* Work can't be queued from everywhere where a driver can fail. */
static void on_alarm(struct irq_work *alarm)
{
	struct refit_state *state = container_of(alarm, struct refit_state, alarm);

	queue_work(workers, &state->recovery);
}

static DEFINE_MUTEX(domains_lock);
static LIST_HEAD(domains);

static void free_state(struct refit_state *state)
{
	int i;

	if (!state)
		return;
	for (i = 0; i < ARRAY_SIZE(state->snapshots); i++)
		kvfree(state->snapshots[i]);
	free_percpu(state->counts);
	kvfree(state);
}

static void find_text(struct refit_domain *domain)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	domain->text = (unsigned long)domain->module->mem[MOD_TEXT].base;
	domain->text_size = domain->module->mem[MOD_TEXT].size;
#else
	domain->text = (unsigned long)domain->module->core_layout.base;
	domain->text_size = domain->module->core_layout.text_size;
#endif
}

static struct refit_state *new_state(struct refit_domain *domain)
{
	struct refit_state *state = kvzalloc(sizeof(*state), GFP_KERNEL);

	if (!state)
		return NULL;
	state->domain = domain;
	state->counts = alloc_percpu(struct refit_counts);
	state->phase = REFIT_LOADING;
	spin_lock_init(&state->lists);
	INIT_LIST_HEAD(&state->devices);
	INIT_LIST_HEAD(&state->netdevs);
	refit_objects_prepare(&state->objects);
	refit_objects_prepare(&state->held);
	spin_lock_init(&state->failing);
	init_irq_work(&state->alarm, on_alarm);
	INIT_WORK(&state->recovery, recover);
	domain->state = state;
	domain->objects = &state->objects;
	if (!state->counts || take_snapshots(domain)) {
		free_state(state);
		return NULL;
	}
	return state;
}

static void forget_domain(struct refit_domain *domain)
{
	irq_work_sync(&domain->state->alarm);
	cancel_work_sync(&domain->state->recovery);
	refit_map_clear(domain->map);
	free_state(domain->state);
	domain->objects = NULL;
	domain->state = NULL;
}

/* Everything back to the kernel, and the net devices with it. */
static void release_everything(struct refit_domain *domain)
{
	WRITE_ONCE(domain->stopped, true);
	while (!wait_until_empty(domain->state))
		pr_err("%s: a call into it does not end, and it cannot be unloaded before that\n", domain->name);
	refit_shadow_quiet(domain);
	release_all(domain);
	refit_shadow_forget(domain);
}

int refit_domain_load(struct refit_domain *domain)
{
	struct refit_state *state;
	int error;

	domain->stopped = false;
	find_text(domain);
	state = new_state(domain);
	if (!state)
		return -ENOMEM;
	refit_map_prepare(domain->map);
	lend_sections(domain);
	error = domain->init ? domain->init() : 0;
	if (!error && domain->stopped)
		error = -EIO;
	if (error) {
		if (domain->stopped)
			tell_failure(state);
		pr_err("%s: not loaded: its init %s (error %d)\n", domain->name,
		       domain->stopped ? "failed" : "returned an error", error);
		release_everything(domain);
		forget_domain(domain);
		return error;
	}
	enter_phase(state, REFIT_RUNNING);
	mutex_lock(&domains_lock);
	list_add_tail(&state->all, &domains);
	mutex_unlock(&domains_lock);
	refit_files_add(state);
	/* A failure after init returned and before the phase was set has not been seen to. */
	if (READ_ONCE(domain->stopped))
		queue_work(workers, &state->recovery);
	return 0;
}
EXPORT_SYMBOL_GPL(refit_domain_load);

void refit_domain_unload(struct refit_domain *domain)
{
	struct refit_state *state = domain->state;

	refit_files_remove(state);
	mutex_lock(&domains_lock);
	list_del(&state->all);
	mutex_unlock(&domains_lock);
	WRITE_ONCE(state->unloading, true);
	flush_work(&state->recovery);
	if (domain->exit && !domain->stopped)
		domain->exit();
	release_everything(domain);
	forget_domain(domain);
}
EXPORT_SYMBOL_GPL(refit_domain_unload);

int refit_recovery_init(void)
{
	workers = alloc_workqueue("refit", WQ_UNBOUND | WQ_HIGHPRI, 0);
	return workers ? 0 : -ENOMEM;
}

void refit_recovery_exit(void)
{
	destroy_workqueue(workers);
}
