void never(int a)
{
	begin(a);
	end(a);
}

void unfinished(int a)
{
	begin(a);
	step(a);
	step(a);
}
