/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The check before each store of a guarded driver, and the tick of each basic block, as they mostly go, in place of the compiler's calls of functions;
 * these are only called in the other cases. "refit guard build" has this file included ahead of the driver's sources, so it defines nothing that C can see.
 *
 * The compiler offers no place for it, so it is an assembler macro that has the name of the instruction. The address is in %rdi, and all registers
 * that a call may change are free. What is looked up is described in <refit/map.h>, which checks the numbers here:
 *
 *	page = refit_map.pages[number of the page % 65536]
 *	call the function unless page->number == number && !page->closed[granule] && the address is a multiple of the size,
 *	or the address is near above the stack pointer
 *
 * The stack of the running call needs no map: what lies shortly above the stack pointer is the driver's own frame, or one of those that called
 * it. Frames of drivers are smaller than 512 bytes; that is no promise, only the quick way. What lies further up is left to refit_denied(), which
 * knows where the call began.
 */
asm(".macro refit_check function, size\n"
    "\tincq %gs:refit_checks(%rip)\n"
    "\tmovq %rdi, %rax\n"
    "\tshrq $12, %rax\n"
    "\tmovzwl %ax, %ecx\n"
    "\tmovq refit_map(, %rcx, 8), %rcx\n"
    "\txorq (%rcx), %rax\n"
    "\tmovl %edi, %edx\n"
    "\tshrl $3, %edx\n"
    "\tandl $511, %edx\n"
    "\tmovzbl 16(%rcx, %rdx), %edx\n"
    "\torq %rdx, %rax\n"
    "\t.if \\size > 1\n"
    "\tmovl %edi, %edx\n"
    "\tandl $\\size - 1, %edx\n"
    "\torq %rdx, %rax\n"
    "\t.endif\n"
    "\tjz .Lrefit_checked\\@\n"
    "\tmovq %rdi, %rax\n"
    "\tsubq %rsp, %rax\n"
    "\tcmpq $512, %rax\n"
    "\tjb .Lrefit_checked\\@\n"
    "\tcallq \\function\n"
    ".Lrefit_checked\\@:\n"
    ".endm\n"
    ".macro call target:vararg\n"
    "\t.ifc \\target, __sanitizer_cov_trace_pc\n"
    "\tdecl %gs:refit_ticks(%rip)\n"
    "\tjns .Lrefit_ticked\\@\n"
    "\tcallq refit_last_tick\n"
    ".Lrefit_ticked\\@:\n"
    "\t.exitm\n"
    "\t.endif\n"
    "\t.ifc \\target, __asan_store1_noabort\n"
    "\trefit_check \\target, 1\n"
    "\t.exitm\n"
    "\t.endif\n"
    "\t.ifc \\target, __asan_store2_noabort\n"
    "\trefit_check \\target, 2\n"
    "\t.exitm\n"
    "\t.endif\n"
    "\t.ifc \\target, __asan_store4_noabort\n"
    "\trefit_check \\target, 4\n"
    "\t.exitm\n"
    "\t.endif\n"
    "\t.ifc \\target, __asan_store8_noabort\n"
    "\trefit_check \\target, 8\n"
    "\t.exitm\n"
    "\t.endif\n"
    "\tcallq \\target\n"
    ".endm");
