@@
@@
+ int y;
