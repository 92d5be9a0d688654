@r depend on s@
@@
- f();
