@@
- expression e;
+ identifier e;
@@
- foo(e);
