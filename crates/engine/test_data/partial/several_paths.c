int several(struct dev *d, int c)
{
	spin_lock(&d->lock);
	switch (c) {
	case 1:
		return 1;
	case 2:
		return 2;
	default:
		spin_unlock(&d->lock);
	}
	return 0;
}
