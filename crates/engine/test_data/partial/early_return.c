int early(struct dev *d, int c)
{
	spin_lock(&d->lock);
	if (c) {
		work(d);
	} else {
		return -EINVAL;
	}
	spin_unlock(&d->lock);
	return 0;
}

/* An error exit need not unlock. */
int excused(struct dev *d, int c)
{
	spin_lock(&d->lock);
	if (c)
		return -EINVAL;
	spin_unlock(&d->lock);
	return 0;
}
