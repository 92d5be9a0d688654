/* Any assignment would start a match: that says nothing. */
void m(int a, int b)
{
	a = b;
	b = a;
	unusual(b + 1);
}
