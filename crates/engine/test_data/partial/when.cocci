@@
expression x;
identifier y;
@@
- x = old_get(y);
+ x = new_get(y);
  ... when != put(y)
      when != y = ...
- use(x);
+ use_new(x);
