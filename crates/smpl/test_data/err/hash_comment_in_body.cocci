@@
@@
- foo();
# keep this
+ bar();
