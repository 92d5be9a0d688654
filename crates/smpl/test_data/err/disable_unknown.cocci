@disable paran@
@@
- f((1));
