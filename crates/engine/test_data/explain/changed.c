void m(int a)
{
	old(a); /* ? */
	last(2); /* ? */
}
