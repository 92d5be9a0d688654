@@
fresh identifer x;
identifier f;
@@
- f();
+ int x; f();
