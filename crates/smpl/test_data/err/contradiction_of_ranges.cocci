@@
constant c > 5 && < 3;
@@
- f(c);
