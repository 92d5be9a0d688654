@types@
struct foo *f;
expression e;
@@
- set(f, e, 3)
+ put(f, e)

@constant@
constant C;
@@
- limit(C);

@constraint@
identifier f != { exact };
@@
- call(f);

@length@
expression list es;
expression last;
@@
- send(1, es, last, 2);

@same@
expression x;
@@
- swap(x, x);
