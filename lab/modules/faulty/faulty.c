// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver without a device that fails in the way and in the context that it is told to:
 *
 *   echo WAY CONTEXT > /sys/module/faulty/parameters/fail
 *
 * CONTEXT is task, soft (a timer) or hard (irq_work, which runs in a hard interrupt). "none" as WAY does nothing, and so shows that
 * the module works. The number of runs that came to their end is in .../parameters/finished.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static int finished;
module_param(finished, int, 0444);

static DEFINE_SPINLOCK(lock);
static char buffer[64];
static int zero;
static const char constant[16] = "constant";

/* The compiler must not know what these are. */
static void *hidden(unsigned long value)
{
	asm volatile("" : "+r"(value));
	return (void *)value;
}

static void do_nothing(void)
{
}

static void read_null(void)
{
	READ_ONCE(*(int *)hidden(0x18));
}

static void write_null(void)
{
	WRITE_ONCE(*(int *)hidden(0x18), 1);
}

static void read_wild(void)
{
	READ_ONCE(*(int *)hidden(0xffff8f0000000000ul));
}

static void read_noncanonical(void)
{
	READ_ONCE(*(int *)hidden(0x6b6b6b6b6b6b6b6bul));
}

/* Memory that is there and is not the driver's. */
static void write_kernel(void)
{
	WRITE_ONCE(*(int *)hidden((unsigned long)&jiffies), 1);
}

static void write_constant(void)
{
	WRITE_ONCE(*(int *)hidden((unsigned long)constant), 1);
}

static void write_text(void)
{
	WRITE_ONCE(*(int *)hidden((unsigned long)read_null), 1);
}

static void write_past_heap(void)
{
	int i, *numbers = kmalloc(16 * sizeof(*numbers), GFP_ATOMIC);

	if (!numbers)
		return;
	for (i = 0; i < 512; i++)
		WRITE_ONCE(numbers[i], i);
	kfree(numbers);
}

static void write_freed(void)
{
	int *number = kmalloc(sizeof(*number), GFP_ATOMIC);

	kfree(number);
	WRITE_ONCE(*(int *)hidden((unsigned long)number), 1);
}

static void jump_null(void)
{
	((void (*)(void))hidden(0))();
}

static void jump_wild(void)
{
	((void (*)(void))hidden(0xffffffffdead0000ul))();
}

static void copy_from_null(void)
{
	memcpy(buffer, hidden(8), (unsigned long)hidden(sizeof(buffer)));
}

static void copy_to_kernel(void)
{
	memcpy(hidden((unsigned long)&jiffies + 4096), buffer, (unsigned long)hidden(sizeof(buffer)));
}

/* Where it begins and where it seems to end may be written. */
static void copy_negative(void)
{
	memset(hidden((unsigned long)buffer + 8), 0, (unsigned long)hidden(-4ul));
}

static void bug(void)
{
	BUG();
}

static void divide(void)
{
	WRITE_ONCE(zero, 1000 / READ_ONCE(zero));
}

static void loop(void)
{
	while (!READ_ONCE(zero))
		cpu_relax();
}

static void loop_without_interrupts(void)
{
	unsigned long flags;

	local_irq_save(flags);
	while (!READ_ONCE(zero))
		cpu_relax();
	local_irq_restore(flags);
}

static void leak_lock(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
}

static void lock_twice(void)
{
	spin_lock(&lock);
	spin_lock(&lock);
	spin_unlock(&lock);
	spin_unlock(&lock);
}

static void fault_locked(void)
{
	spin_lock(&lock);
	write_null();
	spin_unlock(&lock);
}

static void unlock_unheld(void)
{
	spin_unlock(&lock);
}

static void leak_preemption(void)
{
	preempt_disable();
}

static void leak_read_side(void)
{
	rcu_read_lock();
}

static void free_wild(void)
{
	kfree(hidden((unsigned long)buffer));
}

static void free_twice(void)
{
	void *memory = kmalloc(64, GFP_ATOMIC);

	kfree(memory);
	kfree(hidden((unsigned long)memory));
}

/* By an address within it, as drivers do; its neighbours are the driver's, too. */
static void free_fragment_twice(void)
{
	char *fragments[3];
	int i;

	for (i = 0; i < 3; i++)
		fragments[i] = netdev_alloc_frag(1024);
	skb_free_frag(fragments[1] + 64);
	skb_free_frag(fragments[1] + 64);
}

static struct sk_buff *spoilt_packet(unsigned long head)
{
	struct sk_buff *skb = netdev_alloc_skb(NULL, 256);

	if (skb)
		WRITE_ONCE(skb->head, hidden(head));
	return skb;
}

/* As its data seem to begin before its memory does. */
static void give_spoilt_packet(void)
{
	dev_kfree_skb_any(spoilt_packet(-1ul));
}

static void keep_spoilt_packet(void)
{
	spoilt_packet(0x6b6b6b6b6b6b6b6bul);
	BUG();
}

static void queue_null(void)
{
	schedule_work(hidden(0x28));
}

static void set_up_wild_timer(void)
{
	timer_setup((struct timer_list *)hidden((unsigned long)&jiffies + 4096), NULL, 0);
}

static noinline void smash(char *array, size_t size)
{
	memset(array, 0x5a, size);
}

static void smash_stack(void)
{
	char array[32];

	smash(array, (unsigned long)hidden(sizeof(array) + 24));
	WRITE_ONCE(buffer[0], array[1]);
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "none", do_nothing },
	{ "read-null", read_null },
	{ "write-null", write_null },
	{ "read-wild", read_wild },
	{ "read-noncanonical", read_noncanonical },
	{ "write-kernel", write_kernel },
	{ "write-constant", write_constant },
	{ "write-text", write_text },
	{ "write-past-heap", write_past_heap },
	{ "write-freed", write_freed },
	{ "jump-null", jump_null },
	{ "jump-wild", jump_wild },
	{ "copy-from-null", copy_from_null },
	{ "copy-to-kernel", copy_to_kernel },
	{ "copy-negative", copy_negative },
	{ "bug", bug },
	{ "divide", divide },
	{ "loop", loop },
	{ "loop-without-interrupts", loop_without_interrupts },
	{ "leak-lock", leak_lock },
	{ "lock-twice", lock_twice },
	{ "fault-locked", fault_locked },
	{ "unlock-unheld", unlock_unheld },
	{ "leak-preemption", leak_preemption },
	{ "leak-read-side", leak_read_side },
	{ "free-wild", free_wild },
	{ "free-twice", free_twice },
	{ "free-fragment-twice", free_fragment_twice },
	{ "give-spoilt-packet", give_spoilt_packet },
	{ "keep-spoilt-packet", keep_spoilt_packet },
	{ "queue-null", queue_null },
	{ "set-up-wild-timer", set_up_wild_timer },
	{ "smash-stack", smash_stack },
};

static int chosen;

static void run_chosen(void)
{
	ways[chosen].run();
	finished++;
}

static void run_in_timer(struct timer_list *timer)
{
	run_chosen();
}

static void run_in_interrupt(struct irq_work *work)
{
	run_chosen();
}

static struct timer_list timer;
static struct irq_work work = IRQ_WORK_INIT_HARD(run_in_interrupt);

static int start(const char *context)
{
	if (!strcmp(context, "task")) {
		run_chosen();
	} else if (!strcmp(context, "soft")) {
		timer_setup(&timer, run_in_timer, 0);
		mod_timer(&timer, jiffies + 1);
	} else if (!strcmp(context, "hard")) {
		irq_work_queue(&work);
	} else {
		return -EINVAL;
	}
	return 0;
}

static int set_fail(const char *value, const struct kernel_param *parameter)
{
	char way[32], context[8];

	if (sscanf(value, "%31s %7s", way, context) != 2)
		return -EINVAL;
	for (chosen = 0; chosen < ARRAY_SIZE(ways); chosen++)
		if (!strcmp(ways[chosen].name, way))
			return start(context);
	chosen = 0;
	return -EINVAL;
}

static int get_fail(char *text, const struct kernel_param *parameter)
{
	int i, length = 0;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		length += sprintf(text + length, "%s\n", ways[i].name);
	return length;
}

static const struct kernel_param_ops fail_ops = {
	.set = set_fail,
	.get = get_fail,
};
module_param_cb(fail, &fail_ops, NULL, 0644);

static int __init faulty_init(void)
{
	return 0;
}

static void __exit faulty_exit(void)
{
	del_timer_sync(&timer);
}

module_init(faulty_init);
module_exit(faulty_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Fails on request");
