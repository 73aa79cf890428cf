/* SPDX-License-Identifier: MIT */
/*
 * Found instead of the system's <assert.h> by the engine alone, whose sources
 * are compiled as they are. Its assertions are kept in every build: some of
 * them are all that stands between an allocation that failed in the compiler
 * and a write out of bounds. They end the isolate, not the process: see
 * isolate/fault.h. (Its calls of abort are renamed on the compiler's command line.)
 */
#undef assert
#define assert(condition) ((condition) ? (void)0 : qjsp__engine_abort())

_Noreturn void qjsp__engine_abort(void);

#include "isolate/engine/buffers.h"
#include "isolate/engine/stack.h"
