@@
iterator name list_for_each;
expression x;
@@
  list_for_each(x) {
    ...
-   get(x);
+   grab(x);
    ...
-   put(x);
+   drop(x);
    ...
  }
