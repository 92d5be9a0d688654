@exists@
expression x;
@@
- start(x);
  ... when != stop(x)
- finish(x);
