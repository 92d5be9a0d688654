@@
expression e;
@@
  foo(e);
  ... when !=
- baz(e);
