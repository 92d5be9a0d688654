@@
expression e;
identifier e;
@@
- f(e);
