@@
identifier f != {a} && !(!(= {a}) || =~ "b");
@@
- f();
