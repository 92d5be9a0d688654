@@
expression e;
@@
- foo(“a”);
