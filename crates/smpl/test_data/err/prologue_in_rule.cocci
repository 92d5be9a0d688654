@r@
@@
#include "other.cocci"
- f();

@s@
@@
- g();

virtual patch;

@t@
@@
using "more.iso"
