#include "none.cocci"
@@
@@
- f();
