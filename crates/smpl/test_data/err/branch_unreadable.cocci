@@
@@
- int s(\(%\|int a\));
