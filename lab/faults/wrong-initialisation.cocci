// A value that is stored and is the wrong one.
@@
expression place, value;
@@
  place = value;
+ if (FAULT) memset(&(place), 0x5a, sizeof(place));
