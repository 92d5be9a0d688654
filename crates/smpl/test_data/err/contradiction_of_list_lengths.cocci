@@
expression list[n = {1...4} && > 9] es;
@@
- f(es);
