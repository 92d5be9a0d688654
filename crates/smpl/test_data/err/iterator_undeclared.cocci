@@
expression e;
statement S;
@@
- for_each_port(e) S
