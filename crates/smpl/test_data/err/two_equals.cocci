@@
identifier f == foo;
expression e;
@@
- f(e);
