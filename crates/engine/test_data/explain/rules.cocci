virtual extra

@ops@
identifier o, show;
@@
  struct show_ops o = { .read = show, };

@def@
identifier ops.show, dev;
@@
  show(struct device *dev
+      , int port
       ) { ... }

@undef depends on !def@
@@
- gone();

@more depends on extra || undef@
@@
- gone();


@both depends on def && extra@
@@
- gone();
