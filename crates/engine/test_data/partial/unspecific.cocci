@@
expression e, f;
@@
- e = f;
  ...
- unusual(e);
