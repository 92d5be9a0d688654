@@
expression e;
@@
-* f(e);
