@r@
identifier x;
@@
 f(x);

@s depends on !r@
identifier r.x;
@@
- g(x);

@t depends on never r exists@
identifier r.x;
@@
- h(x);
