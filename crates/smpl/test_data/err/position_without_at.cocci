@@
position p;
@@
- f(p);
