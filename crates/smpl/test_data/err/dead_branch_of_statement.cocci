@@
expression x;
statement S;
@@
  lock(x);
(
  S
|
- return x;
)
