virtual patch

@a@
@@
 f();

@b depends on a && (patch || !a) && !a@
@@
- g();
