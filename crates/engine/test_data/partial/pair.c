/* The pair is one shape; half of it is nothing to report. */
int probe(struct device *dev)
{
	dev_err(dev, "no");
	cleanup(dev);
	return -EINVAL;
}
