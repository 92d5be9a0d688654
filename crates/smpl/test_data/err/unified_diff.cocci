--- a/f.c
+++ b/f.c
@@ -10,7 +10,7 @@ static int foo(void)
-	bar();
+	baz();
