@callback@
@@
 f();

@depends on calback@
@@
- g();
