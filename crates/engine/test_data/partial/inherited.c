struct show_ops first = { .read = first_show, };
struct show_ops second = { .read = second_show, };
struct show_ops third = { .read = third_show, };

int first_show(struct device *dev)
{
	if (dev_dead(dev))
		return 0;
	else
		dev_lookup(dev, 3);
	return dev_lookup(dev, 1);
}

int second_show(struct device *dev, int more)
{
	return 0;
}

int third_show(struct device *dev)
{
	dev_lookup(dev, 2);
	return 0;
}
