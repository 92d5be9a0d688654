@one@
expression e;
@@
- old(e);
+ before(e);
+ new(e);

@two@
expression e;
@@
- old(e);

@three@
@@
- last(1);
