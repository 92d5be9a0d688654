@@
expression e;
statement S;
@@
  if (e)
-   S;
+   foo();
