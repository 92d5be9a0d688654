void loop(struct dev *d, int n)
{
	spin_lock(&d->lock);
	while (n--) {
		work(d);
		spin_unlock(&d->lock);
		return;
	}
}
