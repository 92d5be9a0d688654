@@
expression x;
@@
- x = get();
  ... when != put(x)
- use(x);
