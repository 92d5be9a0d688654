@@
identifier f = {a, b;
@@
- f();
