@@
@@
- f@script:python() { True }();
