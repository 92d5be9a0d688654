@@
expression nope.e;
@@
- f(e);
