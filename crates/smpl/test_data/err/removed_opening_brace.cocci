@@
expression e;
@@
 f(...) {
 ...
- if (e) {
  foo(e);
  ...
 }
