// A made-up driver with most of what kernel C has.
#include <linux/module.h>
#include "sample.h"

#define SAMPLE_READ(s, r) readl((s)->base + (r))
#define SAMPLE_WAIT(s)				\
	do {					\
		while (!SAMPLE_READ(s, 0))	\
			cpu_relax();		\
	} while (0)

struct sample {
	void __iomem *base;
	unsigned int irq:8, armed:1;
	union {
		u32 word;
		u8 bytes[4];
	};
	const struct sample_ops *ops;
};

static LIST_HEAD(samples);
static DEFINE_SPINLOCK(lock);

static irqreturn_t sample_irq(int irq, void *data)
{
	struct sample *s = data;
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	list_for_each_entry(s, &samples, list) {
		if (s->irq != irq)
			continue;
		switch (SAMPLE_READ(s, 4) & 0xff) {
		case 0x10 ... 0x1f:
			s->word = 1;
			/* fall through */
		case 2:
			goto out;
		default:
			break;
		}
	}
#ifdef CONFIG_SAMPLE_DEBUG
	pr_debug("%s: " KERN_FMT "\n", __func__, irq);
#endif
out:
	spin_unlock_irqrestore(&lock, flags);
	return IRQ_HANDLED;
}

static int __init sample_init(void)
{
	int (*probe)(struct sample *) = sample_probe, ret = ({ int x = 3; x; });

	for (int i = 0; i < ARRAY_SIZE(table); i++)
		ret |= probe(&(struct sample){ .irq = i }) ?: -ENODEV;
	do
		ret--;
	while (ret > 0);
	return ret;
}

static const struct sample_ops ops = {
	.irq = sample_irq,
	.name = "sample",
};

module_init(sample_init);
MODULE_LICENSE("GPL");
