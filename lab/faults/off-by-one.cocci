// A bound that is one too far. A comparison is not turned round: index and bound would change places.
@ disable gtr_lss, gtr_lss_eq @
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
