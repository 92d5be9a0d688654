 @r@
@@
- foo();
