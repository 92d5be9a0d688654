@@
expression e;
@@
- foo(e);
- }
