// A value that is not stored.
@@
expression place, value;
@@
- place = value;
+ if (!FAULT) place = value;
