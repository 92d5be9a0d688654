@r@
position p;
expression e;
@@
f@p(e);

@m@
@@
- h();

@@
position r.p;
expression e;
@@
- f@p(e);
