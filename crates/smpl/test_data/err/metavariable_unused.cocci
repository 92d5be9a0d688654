@@
expression e, x;
@@
- f(e);
