virtual patch;
@@
@@
- f();
