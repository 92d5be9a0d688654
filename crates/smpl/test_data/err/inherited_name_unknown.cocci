@r@
expression arg;
@@
 f(arg);

@@
expression r.args;
@@
- g(args);
