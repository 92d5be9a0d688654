@@
expression x;
@@
- begin(x);
  <+...
- step(x);
  ...+>
- end(x);
