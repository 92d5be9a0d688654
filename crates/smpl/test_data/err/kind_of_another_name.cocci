@@
expr e;
@@
- foo(e);
