int m(int *p)
{
	p = alloc(); /* ? */
	if (!p) /* ? */
		return -1;
	return 0;
}
