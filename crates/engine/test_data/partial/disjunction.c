void m(int a)
{
	get_sync(a);
	work(a);
}
