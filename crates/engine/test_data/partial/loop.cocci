@@
expression L;
@@
- spin_lock(L);
+ spin_lock_bh(L);
  ...
- spin_unlock(L);
+ spin_unlock_bh(L);
