// A condition that is not looked at.
@@
expression condition;
statement consequence;
@@
  if (
- condition
+ !FAULT && (condition)
  ) consequence
