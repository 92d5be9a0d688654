@@
identifier f = {get, put} && != {get, put};
expression e;
@@
- f(e);
