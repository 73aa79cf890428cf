/* SPDX-License-Identifier: MIT */
/* Leaving the engine by a jump. */
#include "isolate/fault.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>

typedef struct frame {
    jmp_buf env;
    struct frame *outer;
} frame;

/*
 * The innermost call on this thread. The one piece of state at file scope in
 * src/: abort() has no argument that could carry it.
 */
static _Thread_local frame *current;

bool qjsp__fault_call(void (*fn)(void *ud), void *ud)
{
    frame here = { .outer = current };
    bool is_fault;

    current = &here;
    is_fault = setjmp(here.env) != 0;
    if (!is_fault)
        fn(ud);
    current = here.outer;
    return !is_fault;
}

bool qjsp__engine_can_leave(void)
{
    return current != NULL;
}

void qjsp__engine_abort(void)
{
    if (current == NULL)
        abort();
    longjmp(current->env, 1);
}
