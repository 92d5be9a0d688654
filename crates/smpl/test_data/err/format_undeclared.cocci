@@
expression e;
@@
- printk("speed %@f@\n", e);
