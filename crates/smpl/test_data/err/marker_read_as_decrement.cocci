@@
expression e;
@@
--f(e);
