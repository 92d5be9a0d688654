@r@
expression e;
- f(e);
