/* SPDX-License-Identifier: MIT */
/* The life of an isolate: new, seal, restore, interrupt, free. Its tasks are task.c's. */
#include "isolate/isolate.h"

#include "base/alloc.h"
#include "base/checked.h"
#include "fs/files.h"
#include "isolate/fault.h"
#include "isolate/modules/modules.h"

/* Garbage that a task may make before cycles are collected, bytes. */
enum { GC_HEADROOM = 2 << 20 };

const char *qjsp_engine_version(void)
{
    return "QuickJS-NG " QJSP_ENGINE_VERSION;
}

static void buffers_init(qjsp_isolate *iso)
{
    const qjsp_alloc *alloc = iso->alloc;

    qjsp_buffer_init(&iso->source, alloc, 0);
    qjsp_buffer_init(&iso->filename, alloc, 0);
    qjsp_buffer_init(&iso->out, alloc, iso->opt.result_limit);
    qjsp_buffer_init(&iso->strings, alloc, 0);
    qjsp_buffer_init(&iso->importer, alloc, 0);
    qjsp_buffer_init(&iso->scratch, alloc, iso->opt.result_limit);
    qjsp_buffer_init(&iso->outcall_args, alloc, iso->opt.result_limit);
}

static uint64_t any_seed(void)
{
    uint64_t seed = 0;

    /* without entropy the clock must do: Math.random keeps no secrets */
    if (!qjsp__entropy(&seed, sizeof seed))
        seed = qjsp__clock_ns();
    return seed;
}

static qjsp_status make_files(qjsp_isolate *iso, const qjsp_isolate_options *opt)
{
    if (opt->nmounts == 0)
        return QJSP_OK;
    return qjsp__fs_new(&iso->fs, opt->mounts, opt->nmounts, opt->file_limit, iso->alloc);
}

typedef struct guarded_call {
    qjsp_isolate *iso;
    qjsp_status status;
} guarded_call;

static void enter_realm_new(void *ud)
{
    guarded_call *call = ud;

    call->status = qjsp__realm_new(call->iso);
}

static qjsp_status make_realm(qjsp_isolate *iso)
{
    guarded_call call = { .iso = iso };

    return qjsp__fault_call(enter_realm_new, &call) ? call.status : QJSP_ERR_LIMIT;
}

qjsp_status qjsp_isolate_new(qjsp_isolate **out, const qjsp_isolate_options *opt)
{
    const qjsp_alloc *alloc = opt->alloc == NULL ? qjsp_alloc_default() : opt->alloc;
    qjsp_isolate *iso;
    qjsp_status st = qjsp__options_check(opt);

    if (st != QJSP_OK)
        return st;
    iso = qjsp__calloc(alloc, sizeof *iso);
    if (iso == NULL)
        return QJSP_ERR_NOMEM;
    qjsp__tracker_init(&iso->tracker, alloc);
    iso->alloc = &iso->tracker.alloc;
    iso->deadline_ms = UINT64_MAX;
    iso->deadline_ns = UINT64_MAX;
    iso->memory_limit = opt->memory_limit;
    iso->next_call_id = 1;
    buffers_init(iso);
    st = qjsp__options_copy(&iso->opt, opt, iso->alloc);
    if (st != QJSP_OK)
        goto fail;
    buffers_init(iso); /* again: now with the limits */
    st = make_files(iso, opt);
    if (st != QJSP_OK)
        goto fail;
    qjsp__random_seed(&iso->seeds, any_seed());
    st = qjsp__modules_new(iso);
    if (st != QJSP_OK)
        goto fail;
    st = qjsp__arena_new(&iso->arena, opt->memory_limit, iso->alloc);
    if (st != QJSP_OK)
        goto fail;
    st = make_realm(iso);
    if (st != QJSP_OK)
        goto fail;
    *out = iso;
    return QJSP_OK;
fail:
    qjsp_isolate_free(iso);
    return st;
}

void qjsp_isolate_free(qjsp_isolate *iso)
{
    const qjsp_alloc *alloc;

    if (iso == NULL)
        return;
    alloc = iso->tracker.parent;
    qjsp__modules_free(iso);
    qjsp__fs_free(iso->fs);
    qjsp__arena_free(iso->arena);
    qjsp__tracker_fini(&iso->tracker); /* options, buffers, whatever a fault left behind */
    qjsp__free(alloc, iso);
}

void qjsp_isolate_interrupt(qjsp_isolate *iso, qjsp_status reason)
{
    int none = QJSP_OK;

    if (reason != QJSP_OK)
        atomic_compare_exchange_strong(&iso->stop, &none, reason);
}

qjsp_status qjsp_isolate_restore(qjsp_isolate *iso)
{
    if (iso->phase != QJSP__PHASE_IDLE || !iso->is_sealed)
        return QJSP_ERR_INVALID;
    if (iso->is_broken)
        return QJSP_ERR_CRASHED;
    /* a session's are left; what knows of them is about to go */
    if (iso->fs != NULL)
        qjsp__fs_close_all(iso->fs, true);
    if (qjsp__arena_restore(iso->arena) == QJSP_OK)
        return QJSP_OK;
    iso->is_broken = true;
    return QJSP_ERR_CRASHED;
}

static void enter_gc(void *ud)
{
    qjsp_isolate *iso = ud;

    JS_UpdateStackTop(iso->realm->rt);
    JS_RunGC(iso->realm->rt);
}

qjsp_status qjsp_isolate_seal(qjsp_isolate *iso)
{
    qjsp__arena_usage usage;
    qjsp_status st;
    size_t room;

    if (iso->phase != QJSP__PHASE_IDLE || iso->is_sealed)
        return QJSP_ERR_INVALID;
    if (iso->is_broken || !qjsp__fault_call(enter_gc, iso)) {
        iso->is_broken = true;
        return QJSP_ERR_CRASHED;
    }
    qjsp__arena_get_usage(iso->arena, &usage);
    /* Without head-room each task would begin by collecting the whole realm. */
    room = qjsp__size_min((usage.limit - usage.live) / 2, GC_HEADROOM);
    JS_SetGCThreshold(iso->realm->rt, usage.live + room);
    st = qjsp__arena_snapshot(iso->arena);
    iso->is_sealed = st == QJSP_OK;
    return st;
}

void qjsp_isolate_get_usage(const qjsp_isolate *iso, qjsp_isolate_usage *out)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(iso->arena, &usage);
    *out = (qjsp_isolate_usage){
        .snapshot_bytes = usage.snapshot,
        .used_bytes = usage.used,
        .limit_bytes = usage.limit,
    };
}
