@@
expression x;
position p;
@@
(
  kfree@p(...)
|
- kfree(x)
+ kvfree(x)
)
