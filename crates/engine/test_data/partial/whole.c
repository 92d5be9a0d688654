/* What matches is not reported. */
void m(struct dev *d)
{
	spin_lock(&d->lock);
	work(d);
	spin_unlock(&d->lock);
}
