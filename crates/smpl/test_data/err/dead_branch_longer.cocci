@@
@@
(
- lock();
|
- lock();
  ...
- unlock();
)
