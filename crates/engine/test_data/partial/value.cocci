@@
expression x;
@@
- start(x);
- finish(x);
+ start_finish(x);
