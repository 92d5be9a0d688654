@@
@@
#include "other.cocci"
- f();
