@r@
identifier f = {kmalloc, kzalloc} && !~ "^k.*alloc$";
expression e;
@@
- f(e);
