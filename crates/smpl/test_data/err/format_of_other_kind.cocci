@@
expression e;
@@
- printk("speed %@e@\n", e);
