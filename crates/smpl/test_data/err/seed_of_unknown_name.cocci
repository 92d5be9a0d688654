@@
fresh identifier x = "old_" ## y;
@@
- f();
+ x();
