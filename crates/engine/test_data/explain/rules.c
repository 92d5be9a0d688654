int show(struct device *dev)
{
	gone(); /* ? */
	return 0;
}
