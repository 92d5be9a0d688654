#include <linux/module.h>

int f(void)
{
	return 0;
}
