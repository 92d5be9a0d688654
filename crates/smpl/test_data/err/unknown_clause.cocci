@r enable paren@
@@
- f();
