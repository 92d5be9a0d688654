@@
expression e;
@@
 foo(e);
 ... when not bar(e)
- baz(e);
