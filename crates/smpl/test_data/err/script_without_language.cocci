@r@
position p;
@@
f@p()

@script@
p << r.p;
@@
print(p)
