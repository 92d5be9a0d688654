@@
expresion e;
@@
- f(e);
