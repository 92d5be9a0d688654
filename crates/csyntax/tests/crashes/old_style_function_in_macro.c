#define A int f(a) int a;
struct s {
	int b;
};
