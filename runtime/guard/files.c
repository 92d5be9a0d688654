// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "refit guard status" and "refit guard log" read: a folder for each guarded driver below /sys/kernel/debug/refit.
 *
 *   status	one "name value" a line
 *   log	one failure a line: when, what, where, and how long until the driver ran again
 *   restart	writing to it stops the driver as if it had failed
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>

#include "state.h"

static struct dentry *root;

static const char *const phase_names[] = {
	[REFIT_LOADING] = "loading",
	[REFIT_RUNNING] = "running",
	[REFIT_FAILED] = "failed",
	[REFIT_RESTARTING] = "restarting",
	[REFIT_DEAD] = "dead",
};

static int status_show(struct seq_file *file, void *data)
{
	struct refit_state *state = file->private;
	struct refit_counts sum = {};
	unsigned long objects[REFIT_KINDS] = {};
	u64 checks = 0;
	int i, cpu;

	for_each_possible_cpu(cpu) {
		struct refit_counts *counts = per_cpu_ptr(state->counts, cpu);

		sum.crossings += counts->crossings;
		sum.refused += counts->refused;
		if (state->domain->checks)
			checks += *per_cpu_ptr(state->domain->checks, cpu);
	}
	seq_printf(file, "phase %s\n", phase_names[state->phase]);
	seq_printf(file, "crossings %llu\n", sum.crossings);
	seq_printf(file, "checks %llu\n", checks);
	seq_printf(file, "refused %llu\n", sum.refused);
	seq_printf(file, "inside %ld\n", refit_inside(state));
	seq_printf(file, "failures %lu\n", state->failure_count);
	seq_printf(file, "denied-stores %lu\n", state->denied_count);
	seq_printf(file, "recoveries %lu\n", state->recovery_count);
	refit_count_objects(&state->objects, objects);
	refit_count_objects(&state->held, objects);
	for (i = 0; i < REFIT_KINDS; i++)
		seq_printf(file, "objects-%s %lu\n", refit_kind_names[i], objects[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

static int log_show(struct seq_file *file, void *data)
{
	struct refit_state *state = file->private;
	unsigned long i, first;

	spin_lock_irq(&state->failing);
	first = state->failure_count > REFIT_FAILURES ? state->failure_count - REFIT_FAILURES : 0;
	for (i = first; i < state->failure_count; i++) {
		struct refit_failure *failure = &state->failures[i % REFIT_FAILURES];

		seq_printf(file, "%llu %s in=%s at=%pS address=%px recovered-us=%lld\n", failure->at,
			   refit_cause_names[failure->cause], failure->entry ?: "-",
			   (void *)failure->ip, (void *)failure->address,
			   failure->recovered ? (s64)div_u64(failure->recovered - failure->at, NSEC_PER_USEC) : -1);
	}
	spin_unlock_irq(&state->failing);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(log);

static ssize_t restart_write(struct file *file, const char __user *data, size_t size, loff_t *offset)
{
	struct refit_state *state = file->private_data;

	if (state->phase != REFIT_RUNNING)
		return -EBUSY;
	refit_note_failure(state->domain, NULL, REFIT_BY_HAND, 0, 0);
	return size;
}

static const struct file_operations restart_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = restart_write,
};

void refit_files_add(struct refit_state *state)
{
	state->files = debugfs_create_dir(state->domain->name, root);
	debugfs_create_file("status", 0444, state->files, state, &status_fops);
	debugfs_create_file("log", 0444, state->files, state, &log_fops);
	debugfs_create_file("restart", 0200, state->files, state, &restart_fops);
}

void refit_files_remove(struct refit_state *state)
{
	debugfs_remove_recursive(state->files);
}

int refit_files_init(void)
{
	root = debugfs_create_dir("refit", NULL);
	return 0;
}

void refit_files_exit(void)
{
	debugfs_remove_recursive(root);
}
