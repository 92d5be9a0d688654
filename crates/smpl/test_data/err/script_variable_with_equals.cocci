@r@
position p;
@@
f@p()

@script:python@
p = r.p;
@@
print(p)
