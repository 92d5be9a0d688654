@r@
expression e;
position p;
@@
 f@p(e)@p;

@s@
expression r.e;
@@
- g(e);

@script:python t@
e << r.e;
@@
print(e)

@u depends on s || t@
@@
- h();
