@@
expression e;
position p;
@@
@p foo(e);
