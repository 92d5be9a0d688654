@@
expression e, l;
@@
  list_for_each_entry(e, l, node) {
- foo(e);
  }
