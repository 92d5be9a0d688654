void m(int *p)
{
	p = alloc(4);
	if (!p) {
		complain();
	} else {
		work(p);
	}
}
