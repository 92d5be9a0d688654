void m(int a, int c)
{
	start(a);
	if (c) {
		stop(a);
		finish(a);
	}
}
