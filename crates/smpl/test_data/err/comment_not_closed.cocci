@@
@@
- f(); /* the old way
+ g();
