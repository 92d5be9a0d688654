@@
expression x;
@@
  x = alloc(...);
  ...
- if (x == NULL)
+ if (!x)
  { ... return -ENOMEM; }
