@@
identifier f;
@@
 f(...) { ... }
- g();
