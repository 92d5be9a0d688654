int m(int *p)
{
	p = alloc(4);
	if (!p) {
		complain();
		goto out;
	}
	return 0;
out:
	return -ENOMEM;
}

int n(int *p)
{
	p = alloc(4);
	if (!p)
		return -1;
	return 0;
}
