// Something that is given back twice.
@@
identifier release =~ "free|unmap|release|_del|disable|unlock|consume|gro_receive";
expression list arguments;
@@
  release(arguments);
+ if (FAULT) release(arguments);
