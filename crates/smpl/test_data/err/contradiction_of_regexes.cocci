@@
identifier f =~ "^get_" && !~ "^get_";
@@
- f();
