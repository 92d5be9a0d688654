void m(struct foo *f, struct bar *b, int n)
{
	set(b, n, 3); /* ? */
	set(f, n, 4); /* ? */
	set(f, n); /* ? */
	set(f, n, 3, 5); /* ? */
	limit(n); /* ? */
	call(exact); /* ? */
	send(0, 5, 6, 2); /* ? */
	send(1, 5, 6, 7); /* ? */
	swap(n, b); /* ? */
	nothing(n); /* ? */
}
