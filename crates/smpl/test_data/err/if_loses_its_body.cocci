@@
expression e;
@@
 if (e)
- f();
