@@
expression lst es;
@@
- f(es);
