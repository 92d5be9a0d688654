/* SPDX-License-Identifier: GPL-2.0-only */
/* Where crossing_entry.S finds members of the structures of guard.h; crossing.c checks that it is so. */
#ifndef REFIT_CROSSING_OFFSETS_H
#define REFIT_CROSSING_OFFSETS_H

#define REFIT_ENTRY_TARGET	0
#define REFIT_ENTRY_DOMAIN	8
#define REFIT_DOMAIN_TEXT	0
#define REFIT_DOMAIN_TEXT_SIZE	8
#define REFIT_CROSSING_RESULT	48
#define REFIT_CROSSING_ENTRY	56
/* An odd multiple of 8: with the six registers pushed, the stack pointer is then a multiple of 16. */
#define REFIT_CROSSING_ROOM	248

#endif
