@@
expression e;
@@
 a(e)
- b(e);
