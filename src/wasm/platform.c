/* SPDX-License-Identifier: MIT */
/*
 * What platform_posix.c, fault_posix.c and directory_posix.c are elsewhere, for an instance of
 * Wasm: the host's clock and flag, traps instead of jumps, and no stores of its own.
 */
#include "isolate/platform.h"

#include "fs/store.h"
#include "isolate/fault.h"
#include "wasm/host.h"

/* ---- clocks and interrupts ---- */

uint64_t qjsp__clock_ns(void)
{
    return (uint64_t)(qjsp__host_now() * 1e6);
}

uint64_t qjsp__clock_cpu_ns(void)
{
    return qjsp__clock_ns();
}

qjsp_status qjsp__platform_interrupt(void)
{
    return (qjsp_status)qjsp__host_interrupt();
}

/* ---- faults ---- */

/* A trap unwinds to the host, which throws the whole instance away: nothing comes back here. */
bool qjsp__fault_call(void (*fn)(void *ud), void *ud)
{
    fn(ud);
    return true;
}

bool qjsp__engine_can_leave(void)
{
    return true;
}

void qjsp__engine_abort(void)
{
    __builtin_trap();
}

/* ---- stores ---- */

/* All are the host's (host_store.c): one that were made here would go with this isolate. */
static qjsp_status refuse(const qjsp_lock *lock)
{
    qjsp__lock_free(lock);
    return QJSP_ERR_INVALID;
}

qjsp_status qjsp__directory_new(qjsp_store **out, const char *directory, uint64_t limit,
                                const qjsp_lock *lock, const qjsp_alloc *alloc)
{
    (void)out;
    (void)directory;
    (void)limit;
    (void)alloc;
    return refuse(lock);
}

qjsp_status qjsp__memory_new(qjsp_store **out, uint64_t limit, const qjsp_lock *lock,
                             const qjsp_alloc *alloc)
{
    (void)out;
    (void)limit;
    (void)alloc;
    return refuse(lock);
}
