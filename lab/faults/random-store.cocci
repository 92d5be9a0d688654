// A store to a place that has nothing to do with the driver.
@@
expression E;
@@
  E;
+ if (FAULT) *(unsigned long *)fault_place() = 0x5a5a5a5a5a5a5a5aul;
