/* SPDX-License-Identifier: MIT */
/*
 * Making the guest's half: a runtime whose memory is the region, a context with the
 * language in it, and the globals that guests find there.
 */
#include "isolate/isolate.h"

#include "base/checked.h"
#include "isolate/fault.h"
#include "isolate/files/files.h"
#include "isolate/modules/modules.h"

/* What the engine cannot do without leaves it where it is not there. */
static void *check_block(const qjsp_isolate *iso, void *ptr)
{
    if (ptr == NULL && iso->needs_memory && qjsp__engine_can_leave())
        qjsp__engine_abort();
    return ptr;
}

static void *arena_calloc(void *opaque, size_t count, size_t size)
{
    const qjsp_isolate *iso = opaque;

    return check_block(iso, qjsp__arena_calloc(iso->arena, count, size));
}

static void *arena_malloc(void *opaque, size_t size)
{
    const qjsp_isolate *iso = opaque;

    return check_block(iso, qjsp__arena_malloc(iso->arena, size));
}

static void arena_free(void *opaque, void *ptr)
{
    const qjsp_isolate *iso = opaque;

    qjsp__arena_release(iso->arena, ptr);
}

static void *arena_realloc(void *opaque, void *ptr, size_t size)
{
    const qjsp_isolate *iso = opaque;

    if (size == 0) {
        qjsp__arena_release(iso->arena, ptr);
        return NULL;
    }
    return check_block(iso, qjsp__arena_realloc(iso->arena, ptr, size));
}

static const JSMallocFunctions arena_functions = {
    .js_calloc = arena_calloc,
    .js_malloc = arena_malloc,
    .js_free = arena_free,
    .js_realloc = arena_realloc,
    .js_malloc_usable_size = qjsp__arena_usable_size,
};

/*
 * After a collection the engine waits until memory has grown by half, which may
 * be past the limit: a guest with much live data would run out although most of
 * the rest is garbage. So the threshold stays under seven eighths of the limit,
 * as long as the live data does.
 */
static void keep_collecting(const qjsp_isolate *iso, JSRuntime *rt)
{
    size_t cap = iso->memory_limit - iso->memory_limit / 8;
    qjsp__arena_usage usage;

    if (JS_GetGCThreshold(rt) <= cap)
        return;
    qjsp__arena_get_usage(iso->arena, &usage);
    if (usage.live < cap)
        JS_SetGCThreshold(rt, cap);
}

static int on_interrupt(JSRuntime *rt, void *opaque)
{
    keep_collecting(opaque, rt);
    return qjsp__isolate_must_stop(opaque);
}

bool qjsp__engine_lost_memory(JSContext *ctx)
{
    const qjsp_isolate *iso = qjsp__isolate_of(ctx);

    return iso != NULL && qjsp__arena_was_exhausted(iso->arena);
}

/* Guests have no use for shared memory here, and it has a record of bugs. */
static bool remove_shared_memory(JSContext *ctx, JSValueConst global)
{
    static const char *const names[] = { "SharedArrayBuffer", "Atomics" };

    for (size_t i = 0; i < QJSP_COUNTOF(names); i++) {
        JSAtom atom = JS_NewAtom(ctx, names[i]);
        int ret = atom == JS_ATOM_NULL ? -1 : JS_DeleteProperty(ctx, global, atom, 0);

        JS_FreeAtom(ctx, atom);
        if (ret < 0)
            return false;
    }
    return true;
}

static bool learn_dom_exception(qjsp__realm *realm)
{
    JSValue sample;

    JS_ThrowDOMException(realm->ctx, "DataCloneError", "sample");
    sample = JS_GetException(realm->ctx);
    realm->dom_exception_class = JS_GetClassID(sample);
    JS_FreeValue(realm->ctx, sample);
    return realm->dom_exception_class != JS_INVALID_CLASS_ID;
}

static bool install_all(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue global = JS_GetGlobalObject(ctx);
    bool ok = remove_shared_memory(ctx, global) && learn_dom_exception(iso->realm) &&
              qjsp__timers_install(ctx, global) && qjsp__console_install(ctx, global) &&
              qjsp__encoding_install(ctx, global) && qjsp__crypto_install(ctx, global) &&
              qjsp__time_install(iso, global) && qjsp__hostcall_install(iso, global) &&
              qjsp__files_install(iso, global) && qjsp__globals_install(iso, global);

    JS_FreeValue(ctx, global);
    qjsp__modules_install(iso);
    return ok;
}

static qjsp__realm *realm_alloc(qjsp__arena *arena)
{
    qjsp__realm *realm = qjsp__arena_malloc(arena, sizeof *realm);

    if (realm == NULL)
        return NULL;
    *realm = (qjsp__realm){
        .completion = JS_UNDEFINED,
        .args = JS_UNDEFINED,
        .stats_prototype = JS_UNDEFINED,
        .dirent_prototype = JS_UNDEFINED,
        .counters = JS_UNDEFINED,
        .stopwatches = JS_UNDEFINED,
        .modules = { .error = JS_UNDEFINED, .commonjs = JS_UNDEFINED, .builtins = JS_UNDEFINED },
        .next_timer_id = 1,
    };
    return realm;
}

/* Nothing is torn down on failure: the region is freed as a whole. */
qjsp_status qjsp__realm_new(qjsp_isolate *iso)
{
    qjsp__realm *realm = realm_alloc(iso->arena);

    if (realm == NULL)
        return QJSP_ERR_LIMIT;
    iso->realm = realm;
    realm->rt = JS_NewRuntime2(&arena_functions, iso);
    if (realm->rt == NULL)
        return QJSP_ERR_LIMIT;
    JS_SetMaxStackSize(realm->rt, iso->opt.stack_limit);
    JS_SetInterruptHandler(realm->rt, on_interrupt, iso);
    JS_SetCanBlock(realm->rt, false);
    realm->ctx = JS_NewContext(realm->rt);
    if (realm->ctx == NULL)
        return QJSP_ERR_LIMIT;
    JS_SetContextOpaque(realm->ctx, iso);
    realm->intrinsics = qjsp__intrinsics_new(realm->ctx);
    if (realm->intrinsics == NULL)
        return QJSP_ERR_LIMIT;
    if (install_all(iso))
        return QJSP_OK;
    return qjsp__arena_was_exhausted(iso->arena) ? QJSP_ERR_LIMIT : QJSP_ERR_INVALID;
}
