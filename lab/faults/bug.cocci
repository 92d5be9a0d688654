// A check of the driver's own that fails.
@@
expression E;
@@
  E;
+ BUG_ON(FAULT);
