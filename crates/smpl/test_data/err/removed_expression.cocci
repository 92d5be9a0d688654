@@
expression e;
@@
- foo(e)
