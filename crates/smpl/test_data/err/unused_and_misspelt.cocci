@@
expression buffer;
@@
- f(bufer);
