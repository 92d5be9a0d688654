@depends on patch && !context@
@@
- foo();
