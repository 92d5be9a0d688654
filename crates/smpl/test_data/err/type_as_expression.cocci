@@
type T;
expression e;
@@
- foo(T + e);
