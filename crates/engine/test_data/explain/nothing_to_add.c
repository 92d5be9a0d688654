void m(void)
{
	put(); /* ? */
}

#pragma odd /* ? */
#ifdef X /* ? */
int x;
#endif /* ? */
