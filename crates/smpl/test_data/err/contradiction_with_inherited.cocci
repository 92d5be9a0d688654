@r@
identifier f = {open, close};
@@
 register(f);

@s@
identifier r.f =~ "^read";
@@
- f();

@t depends on s@
@@
- g();
