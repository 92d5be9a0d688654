@@
identifier f;
expression x;
@@
(
  f(x)
|
- put_device(x)
+ put(x)
)
