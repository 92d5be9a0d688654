void m(int a, int c)
{
	list_for_each(a) {
		get(a);
		switch (c) {
		case 1:
			goto out;
		}
		work(a);
		goto out;
	}
out:
	put(a);
}
