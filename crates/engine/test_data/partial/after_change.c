void m(int a)
{
	setup();
	enter(a);
}
