@r disable is_null, isnt_null1@
expression x;
@@
  x = alloc();
- if (x == NULL)
+ if (!x)
    return -1;
