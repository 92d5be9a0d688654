@@
identifier f = ;
@@
- f();
