struct show_ops ops = { .read = first_show, }; /* ? */

int first_show(struct device *dev, int more) /* ? */
{
	gone(dev); /* ? */
	return 0;
}

int second_show(struct device *dev) /* ? */
{
	return 0;
}
