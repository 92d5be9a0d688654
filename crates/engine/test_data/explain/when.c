void m(struct s *x)
{
	x = get();
	if (ready(x)) /* ? */
		put(x); /* ? */
	use(x); /* ? */
}
