// A bound that is one too far.
@@
expression index, bound;
@@
(
- index < bound
+ index < bound + !!FAULT
|
- index <= bound
+ index <= bound + !!FAULT
|
- index > bound
+ index > bound - !!FAULT
|
- index >= bound
+ index >= bound - !!FAULT
)
