- foo(x);
+ bar(x);
