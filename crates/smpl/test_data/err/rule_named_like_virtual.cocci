virtual patch
@patch@
@@
- f();
