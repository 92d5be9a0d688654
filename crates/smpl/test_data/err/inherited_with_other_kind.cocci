@r@
expression e;
@@
 f(e);

@@
identifier r.e;
@@
- g(e);
