using "bad.iso"
@@
@@
- f();
