@@
expression dev, ret;
expression list es;
@@
-dev_err(dev, es);
-return ret;
+return dev_err_probe(dev, ret, es);
