@@
expression e;
@@
– foo(e);
