/*
 * Vesper VS-200 SCSI host adapter.
 *
 * An invented driver, made to show what a semantic patch does to one.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include "scsi.h"
#include "hosts.h"

#define VESPER_IO_PORTS	16

struct vesper_adapter {
	unsigned long	io_base;
	unsigned int	resets;		/* since the module was loaded */
	unsigned int	timeouts;
	int		dead;
};

static int vesper_proc_info(struct Scsi_Host *host, char *buffer,
			    char **start, off_t offset,
			    int length, int inout);

static int vesper_detect(Scsi_Host_Template *template);
static int vesper_release(struct Scsi_Host *host);
static int vesper_queue(Scsi_Cmnd *cmd, void (*done)(Scsi_Cmnd *));

/* "reset" written to the file clears the counters. */
static int vesper_command(struct vesper_adapter *adapter, const char *text,
			  int length)
{
	if (length < 5 || strncmp(text, "reset", 5))
		return -EINVAL;
	adapter->resets = 0;
	adapter->timeouts = 0;
	return length;
}

/*
 * /proc/scsi/vesper/<number>
 */
static int vesper_proc_info(struct Scsi_Host *host, char *buffer,
			    char **start, off_t offset,
			    int length, int inout)
{
	struct vesper_adapter *adapter;
	int pos = 0;

	adapter = (struct vesper_adapter *)host->hostdata;

	if (inout) {
		int result = vesper_command(adapter, buffer, length);
		return result;
	}

	pos += sprintf(buffer + pos, "Vesper VS-200, host %d\n",
		       host->host_no);
	if (adapter->dead) {
		pos += sprintf(buffer + pos, "adapter does not answer\n");
		goto out;
	}
	pos += sprintf(buffer + pos, "ports    0x%lx-0x%lx\n",
		       adapter->io_base, adapter->io_base + VESPER_IO_PORTS - 1);
	pos += sprintf(buffer + pos, "resets   %u\n", adapter->resets);
	pos += sprintf(buffer + pos, "timeouts %u\n", adapter->timeouts);

out:
	*start = buffer + offset;
	pos -= offset;
	if (pos > length)
		pos = length;
	return pos < 0 ? 0 : pos;
}

static Scsi_Host_Template vesper_template = {
	.name		= "Vesper VS-200",
	.proc_name	= "vesper",
	.proc_info	= vesper_proc_info,
	.detect		= vesper_detect,
	.release	= vesper_release,
	.queuecommand	= vesper_queue,
	.can_queue	= 1,
	.this_id	= 7,
};
