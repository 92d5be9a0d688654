void m(void)
{
	gone(); /* ? */
	goto nowhere;
}

#if 0
gone(); /* ? */
#endif

void n(void)
{
	int a = ) 5;
	gone(); /* ? */
}

void k(void)
{
	gone(); /* ? */
}
