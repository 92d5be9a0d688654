@@
expression e
identifier f;
@@
- f(e);
