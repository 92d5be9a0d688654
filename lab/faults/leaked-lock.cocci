// A lock that is not released.
@@
expression lock, flags;
@@
(
- spin_unlock(lock);
+ if (!FAULT) spin_unlock(lock);
|
- spin_unlock_irq(lock);
+ if (!FAULT) spin_unlock_irq(lock);
|
- spin_unlock_irqrestore(lock, flags);
+ if (!FAULT) spin_unlock_irqrestore(lock, flags);
|
- mutex_unlock(lock);
+ if (!FAULT) mutex_unlock(lock);
)
