void m(int *a)
{
	prepare(a);
	log(a);
	commit(a);
}

void n(int *a)
{
	prepare(a);
	commit(a);
}
