@@
statement S;
@@
- foo(S);
