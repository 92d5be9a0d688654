@ops@
identifier o, show;
@@
  struct show_ops o = { .read = show, };

@def@
identifier ops.show, dev;
@@
  show(struct device *dev
+      , int port
       ) {
  ...
- gone(dev);
  ...
  }
