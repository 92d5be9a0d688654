@@
@@
- f();
  #ifdef CONFIG_PM
