@@
expression x;
@@
(
- get(x);
|
- get_sync(x);
)
  ...
(
- put(x);
|
- put_sync(x);
)
