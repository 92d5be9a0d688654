@@
expression e;
@@
