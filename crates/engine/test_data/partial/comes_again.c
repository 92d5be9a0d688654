void again(struct dev *d)
{
	spin_lock(&d->lock);
	work(d);
	spin_lock(&d->lock);
	work(d);
}
