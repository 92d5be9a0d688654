@@
position p;
@@
 a@p();
 ...
- b@p();
