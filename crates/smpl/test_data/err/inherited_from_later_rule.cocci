@r@
expression later.e;
@@
- f(e);

@later@
expression e;
@@
- g(e);
