@@
expression e
@@
- f(e);
