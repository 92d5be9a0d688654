@@
expression virtual.e;
@@
- f(e);
