// A loop that does not end.
@@
expression E;
@@
  E;
+ while (FAULT) cpu_relax();
