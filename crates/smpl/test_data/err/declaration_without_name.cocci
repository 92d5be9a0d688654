@@
expression;
@@
- f(1);
