#define A a ##
int b;
#define C #
int c;
