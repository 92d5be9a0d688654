// A pointer that points somewhere behind what it should.
@@
identifier pointer, member;
@@
- pointer
+ ((typeof(pointer))((char *)pointer + (FAULT ? 4096 : 0)))
  ->member
