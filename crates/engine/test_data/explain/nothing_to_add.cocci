@r@
expression x;
@@
  get(x);

@@
expression r.x;
@@
- put();
+ put(x);
