@@
@@
- f();
#ifdef CONFIG_PM
- g();
#endif
