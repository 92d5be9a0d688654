int early(struct dev *d, int c)
{
	spin_lock(&d->lock); /* ? */
	if (c) {
		work(d); /* ? */
	} else {
		return -EINVAL; /* ? */
	}
	spin_unlock(&d->lock); /* ? */
	return 0; /* ? */
}

void other(struct dev *d, struct dev *e)
{
	spin_lock(&d->lock);
	work(d);
	spin_unlock(&e->lock); /* ? */
}

void alone(struct dev *d)
{
	work(d);
	spin_unlock(&d->lock); /* ? */
}

/* no code here */ /* ? */
