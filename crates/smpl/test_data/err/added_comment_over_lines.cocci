@@
@@
- f();
+ /* one
   two */
+ g();
