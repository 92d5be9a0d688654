using "none.iso"
@@
@@
- f();
