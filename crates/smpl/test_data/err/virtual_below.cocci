@@
@@
- foo();

virtual patch

@depends on patch@
@@
- bar();
