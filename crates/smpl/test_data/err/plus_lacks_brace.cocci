@@
expression e;
@@
- if (e) {
+ if (!e)
  f();
  }
