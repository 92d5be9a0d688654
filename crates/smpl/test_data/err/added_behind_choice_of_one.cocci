@@
expression e;
@@
(
- lock(e);
|
  trylock(e);
)
+ mutex_lock(e);
