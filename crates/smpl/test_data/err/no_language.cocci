@script:@
x << r.y;
@@
print(x)
