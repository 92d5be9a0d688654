#define A int x##
#define B(n) u##n##
#define C 0x##
