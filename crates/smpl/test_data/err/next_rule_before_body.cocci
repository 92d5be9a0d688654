@r@
expression e;

@s@
expression e;
@@
- f(e);
