@@
expression if, new;
@@
- foo(if, new);
