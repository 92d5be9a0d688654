@r depends on later@
@@
- f();

@later@
@@
- g();
