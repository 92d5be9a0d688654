@r@
expression x, y;
@@
  begin(y);
  ...
  take(x);

@@
expression r.x;
@@
- use(x);
+ use_taken(x);
