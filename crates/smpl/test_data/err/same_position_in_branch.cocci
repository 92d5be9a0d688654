@@
position p;
expression e;
@@
(
  a@p(e)
|
- b@p(e@p)
+ c(e)
)
