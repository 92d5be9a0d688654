void other(struct dev *d, struct dev *e)
{
	spin_lock(&d->lock);
	work(d);
	spin_unlock(&e->lock);
}
