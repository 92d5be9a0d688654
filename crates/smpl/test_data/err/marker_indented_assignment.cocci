@@
expression e;
@@
  f(e);
  - e = 0;
