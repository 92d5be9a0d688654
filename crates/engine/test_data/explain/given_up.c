void m(int x)
{
	if (x)
		a();
	b(); /* ? */
	c();
	d();
}
