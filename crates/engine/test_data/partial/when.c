void bad(struct s *x, struct t *t)
{
	x = old_get(t);
	if (ready(x))
		put(t);
	use(x);
}

void set(struct s *x, struct t *t)
{
	x = old_get(t);
	t = next(t);
	use(x);
}
