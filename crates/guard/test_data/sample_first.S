/* SPDX-License-Identifier: GPL-2.0-only */
/* The start of the driver's data: made by "refit guard build". */

	.section .data, "aw", @progbits
	.balign 16
	.globl refit_data_start
refit_data_start:

	.section .bss, "aw", @nobits
	.balign 16
	.globl refit_bss_start
refit_bss_start:
