@@
expression x;
identifier name;
@@
(
  x@name = 0;
|
  x@name = f(...);
|
* x@name = f(...);
)
