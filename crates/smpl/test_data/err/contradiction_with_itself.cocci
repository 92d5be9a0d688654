@r@
identifier f;
@@
 register(f);

@s@
identifier r.f != r.f;
@@
- f();
