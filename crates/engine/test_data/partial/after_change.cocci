@one@
@@
- setup();
+ setup_first();
+ setup_second();

@two@
expression e;
@@
- enter(e);
  ...
- leave(e);
