# Replace foo by bar.
@@
@@
- foo();
+ bar();
