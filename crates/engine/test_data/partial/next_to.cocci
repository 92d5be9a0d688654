@@
expression e;
@@
- prepare(e);
- commit(e);
+ prepare_and_commit(e);
