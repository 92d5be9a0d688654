/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Thunks: what the kernel calls instead of a function of a guarded driver. At the entry of a function, %rax carries
 * nothing that a function without variable arguments reads.
 */
#ifndef REFIT_THUNK_H
#define REFIT_THUNK_H

#include <linux/linkage.h>

.macro REFIT_THUNK name:req entry:req
SYM_FUNC_START(\name)
	movq $\entry, %rax
	jmp refit_enter
SYM_FUNC_END(\name)
.endm

#endif
