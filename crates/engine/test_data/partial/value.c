void m(int a, int b)
{
	start(a);
	finish(b);
}
