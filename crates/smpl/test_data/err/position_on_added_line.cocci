@@
position p;
@@
 f@p();
- g();
+ h@p();
