@ops@
identifier o, show;
@@
  struct show_ops o = { .read = show, };

@def@
identifier ops.show, dev;
expression n;
@@
  show(struct device *dev
+      , int port
       ) {
    ...
-   dev_lookup(dev, n);
    ...
  }

@call depends on def@
identifier ops.show;
@@
- show(0);
