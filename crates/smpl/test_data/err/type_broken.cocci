@@
struct *s [3 x;
@@
- f(x);
