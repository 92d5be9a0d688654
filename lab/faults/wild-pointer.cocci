// A pointer that was never set.
@@
identifier pointer, member;
@@
- pointer
+ ((typeof(pointer))(FAULT ? (void *)0x6b6b6b6b6b6b6b6bul : (void *)pointer))
  ->member
