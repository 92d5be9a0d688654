@@
@@
- int x __cold_data;
+ int x;
