/* SPDX-License-Identifier: MIT */
/*
 * What an isolate needs of the machine it runs on: clocks, and word from
 * outside. One file implements it for each: platform_posix.c here, src/wasm/platform.c
 * for Wasm. (Regions are arena/region.h, leaving the engine is fault.h.)
 */
#ifndef QJSP_ISOLATE_PLATFORM_H
#define QJSP_ISOLATE_PLATFORM_H

#include <qjspool/status.h>

/* A monotonic clock, and this thread's CPU time where it is known (else the former). */
uint64_t qjsp__clock_ns(void);
uint64_t qjsp__clock_cpu_ns(void);

/*
 * Why the running task must end, QJSP_OK: it need not. For hosts that no other thread can reach
 * by qjsp_isolate_interrupt: theirs is asked whenever the isolate looks at its clock.
 */
qjsp_status qjsp__platform_interrupt(void);

#endif
