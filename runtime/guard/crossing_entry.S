/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way into a guarded driver and out of it, whether the driver returns or not.
 *
 *   1. A thunk has put its entry into %rax. What the caller expects to be preserved is pushed, and a struct refit_crossing is made
 *      below it, so a crossing needs no memory but the stack.
 *   2. refit_crossing_begin() says which function to call; none if the driver is stopped.
 *   3. The function is called with the arguments as they were.
 *   4. refit_crossing_end() settles what is left and decides on the result.
 *
 * A driver that calls its own function through a pointer comes here too. That is no crossing: the function is jumped to.
 *
 * An aborted call continues at refit_resume with %rsp at its crossing: everything else that matters is on the stack.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/asm-offsets.h>

#include "crossing_offsets.h"

	.text

SYM_FUNC_START(refit_enter)
	movq	REFIT_ENTRY_DOMAIN(%rax), %r11
	movq	(%rsp), %r10
	subq	REFIT_DOMAIN_TEXT(%r11), %r10
	cmpq	REFIT_DOMAIN_TEXT_SIZE(%r11), %r10
	jb	.Lown
	/* A jump at the end of the function that the guard has called */
	cmpq	$refit_resume, (%rsp)
	je	.Lown
	pushq	%rbp
	movq	%rsp, %rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$REFIT_CROSSING_ROOM, %rsp
	movq	%rdi, 0(%rsp)
	movq	%rsi, 8(%rsp)
	movq	%rdx, 16(%rsp)
	movq	%rcx, 24(%rsp)
	movq	%r8, 32(%rsp)
	movq	%r9, 40(%rsp)
	movq	%rax, REFIT_CROSSING_ENTRY(%rsp)
	movq	%rsp, %rdi
	call	refit_crossing_begin
	testq	%rax, %rax
	jz	.Lreturn
	movq	0(%rsp), %rdi
	movq	8(%rsp), %rsi
	movq	16(%rsp), %rdx
	movq	24(%rsp), %rcx
	movq	32(%rsp), %r8
	movq	40(%rsp), %r9
	CALL_NOSPEC rax
SYM_INNER_LABEL(refit_resume, SYM_L_GLOBAL)
	ENDBR
	movq	%rax, REFIT_CROSSING_RESULT(%rsp)
	movq	%rsp, %rdi
	call	refit_crossing_end
.Lreturn:
	movq	REFIT_CROSSING_RESULT(%rsp), %rax
	addq	$REFIT_CROSSING_ROOM, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
.Lown:
	movq	REFIT_ENTRY_TARGET(%rax), %rax
	JMP_NOSPEC rax
SYM_FUNC_END(refit_enter)

/* unsigned long refit_call(const struct refit_entry *entry, const unsigned long arguments[6]) */
SYM_FUNC_START(refit_call)
	movq	%rdi, %rax
	movq	%rsi, %r10
	movq	0(%r10), %rdi
	movq	8(%r10), %rsi
	movq	16(%r10), %rdx
	movq	24(%r10), %rcx
	movq	32(%r10), %r8
	movq	40(%r10), %r9
	jmp	refit_enter
SYM_FUNC_END(refit_call)
