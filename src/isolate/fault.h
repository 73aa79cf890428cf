/* SPDX-License-Identifier: MIT */
/*
 * What becomes of an isolate whose engine gives up on itself (abort, a failed
 * assertion): the engine is left by a jump and never entered again. Nothing is
 * unwound, and nothing needs to be: what the engine holds lies in the region,
 * what the host holds is tracked (isolate/tracker.h).
 */
#ifndef QJSP_ISOLATE_FAULT_H
#define QJSP_ISOLATE_FAULT_H

#include <stdbool.h>

/* Calls fn(ud), which enters the engine. False: it was left by a jump. Calls may nest: a
 * host function may run another isolate. */
bool qjsp__fault_call(void (*fn)(void *ud), void *ud);

/* Where the engine's abort and assert go. Outside of any qjsp__fault_call: to libc's abort. */
_Noreturn void qjsp__engine_abort(void);

/* Whether there is a qjsp__fault_call to leave. (Tests use the bare engine.) */
bool qjsp__engine_can_leave(void);

/* Whether the region of this context has refused an allocation in this task. */
struct JSContext;
bool qjsp__engine_lost_memory(struct JSContext *ctx);

#endif
