@@ expression e; @@ - f(e);
