@@
expression e, *p;
@@
- f(e, p);
