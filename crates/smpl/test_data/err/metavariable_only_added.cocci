@@
expression e, x;
@@
- f(e);
+ f(e, x);
