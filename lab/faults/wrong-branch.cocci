// A condition that is taken for its opposite.
@@
expression condition;
statement consequence;
@@
  if (
- condition
+ FAULT ? !(condition) : !!(condition)
  ) consequence
