void m(int a, int c)
{
	begin(a);
	if (c)
		take(1);
	else
		take(2);
	use(1);
}
