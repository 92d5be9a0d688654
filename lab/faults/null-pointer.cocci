// A pointer that is NULL where it is used.
@@
identifier pointer, member;
@@
- pointer
+ ((typeof(pointer))(FAULT ? NULL : (void *)pointer))
  ->member
