#include "include_circle.cocci"
@@
@@
- f();
