@@
fresh identifier x;
@@
- f();
