@@
expression x;
@@
  x = alloc(...);
  if (!x) {
-   complain();
    ...
  }
