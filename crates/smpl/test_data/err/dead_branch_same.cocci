@@
expression e;
@@
(
- f(e, 1);
|
- g(e);
|
- f(e, 1);
+ h(e);
)
