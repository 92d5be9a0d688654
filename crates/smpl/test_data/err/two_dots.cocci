@@
expression e;
@@
 foo(e);
 ..
- baz(e);
