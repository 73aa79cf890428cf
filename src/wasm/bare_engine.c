/* SPDX-License-Identifier: MIT */
/*
 * What the engine asks of its isolate, where there is none: in isolate-async.wasm, which has
 * handles (src/ffi) only.
 */
#include "isolate/fault.h"

bool qjsp__engine_lost_memory(struct JSContext *ctx)
{
    (void)ctx;
    return false;
}

bool qjsp__engine_can_leave(void)
{
    return true;
}

void qjsp__engine_abort(void)
{
    __builtin_trap();
}
