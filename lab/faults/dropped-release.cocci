// Something that is not given back.
@@
identifier release =~ "free|unmap|release|_del|disable|cancel|complete|consume";
expression list arguments;
@@
- release(arguments);
+ if (!FAULT) release(arguments);
