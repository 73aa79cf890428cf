/* SPDX-License-Identifier: MIT */
/*
 * What platform_posix.c, fault_posix.c, region_posix.c and directory_posix.c are elsewhere, for an
 * instance of Wasm: the host's clock and flag, traps instead of jumps, linear memory instead of
 * mappings, and no directories.
 */
#include "isolate/platform.h"

#include <string.h>

#include "arena/region.h"
#include "base/checked.h"
#include "fs/store.h"
#include "isolate/fault.h"
#include "wasm/host.h"

enum { PAGE = 64 * 1024 };

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

/* ---- regions ---- */

/* Pages of the linear memory read as zero and cost the host nothing until they are touched. */
qjsp_status qjsp__region_init(qjsp__region *out, size_t size)
{
    size_t pages, previous;

    *out = (qjsp__region){ 0 };
    if (size > SIZE_MAX - PAGE)
        return QJSP_ERR_NOMEM;
    pages = qjsp__size_round_up(size, PAGE) / PAGE;
    previous = __builtin_wasm_memory_grow(0, pages);
    if (previous == SIZE_MAX)
        return QJSP_ERR_NOMEM;
    *out = (qjsp__region){ .base = (uint8_t *)(previous * PAGE), .size = pages * PAGE };
    return QJSP_OK;
}

/* Memory never shrinks: it goes with the instance, which has one isolate in its life. */
void qjsp__region_fini(qjsp__region *r)
{
    *r = (qjsp__region){ 0 };
}

void qjsp__region_discard(const qjsp__region *r, size_t from, size_t to)
{
    memset(r->base + from, 0, to - from);
}

/* ---- directories ---- */

/* There are none to open from here. */
qjsp_status qjsp__directory_new(qjsp_store **out, const char *directory, uint64_t limit,
                                const qjsp_lock *lock, const qjsp_alloc *alloc)
{
    (void)out;
    (void)directory;
    (void)limit;
    (void)alloc;
    qjsp__lock_free(lock);
    return QJSP_ERR_INVALID;
}
