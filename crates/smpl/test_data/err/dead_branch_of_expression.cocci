@@
expression e, x;
@@
(
  f(e)
|
- f(x->count)
+ g(x)
)
