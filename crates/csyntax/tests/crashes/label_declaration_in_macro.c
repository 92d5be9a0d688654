#define A __label__ x
int a;
#define B 1
