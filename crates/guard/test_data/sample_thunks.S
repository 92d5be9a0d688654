/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel calls instead of the driver's functions: made by "refit guard build". */
#include <refit/thunk.h>

	.text
	REFIT_THUNK refit_thunk_0, refit_entry_0
	REFIT_THUNK refit_thunk_1, refit_entry_1
