// A function that is called with nothing for its first argument.
@@
identifier callee;
expression first;
expression list others;
@@
- callee(first, others);
+ callee((typeof(first))(FAULT ? 0 : (unsigned long)(first)), others);
