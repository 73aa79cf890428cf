/* SPDX-License-Identifier: MIT */
/* How a task begins and ends; loop.c runs it. */
#include "base/checked.h"
#include "fs/files.h"
#include "isolate/fault.h"
#include "isolate/isolate.h"
#include "isolate/modules/modules.h"

/* A buffer that one big task grew is given back when it ends, bytes. */
enum { KEEP_BYTES = 256 * 1024 };

static void reset_task(qjsp_isolate *iso, const qjsp_task *task, uint64_t now_ms)
{
    iso->kind = task->kind;
    iso->in_session = task->in_session;
    iso->keeps_state = task->in_session || iso->opt.isolation == QJSP_ISOLATION_WORKER;
    iso->result = (qjsp_result){ 0 };
    qjsp_buffer_clear(&iso->out);
    qjsp_buffer_clear(&iso->strings);
    qjsp_buffer_clear(&iso->source);
    qjsp_buffer_clear(&iso->filename);
    iso->console_used = 0;
    iso->cpu_ns = 0;
    iso->deadline_ms = UINT64_MAX;
    if (task->timeout_ms != 0)
        iso->deadline_ms = qjsp__u64_add_sat(now_ms, task->timeout_ms);
    atomic_store(&iso->stop, QJSP_OK);
    iso->memory_limit = iso->opt.memory_limit;
    if (task->memory_limit != 0)
        iso->memory_limit = qjsp__size_min(iso->memory_limit, task->memory_limit);
    qjsp__arena_set_limit(iso->arena, task->memory_limit);
    qjsp__random_seed(&iso->realm->random,
                      iso->opt.has_seed ? iso->opt.seed : qjsp__random_next(&iso->seeds));
    qjsp__modules_begin_task(iso);
    iso->phase = QJSP__PHASE_READY;
}

/* Copies what the task points to; false: the task is finished with an error. */
static bool copy_source(qjsp_isolate *iso, const qjsp_task *task)
{
    const char *filename = task->filename == NULL ? "eval.js" : task->filename;

    if (iso->opt.source_limit != 0 && task->source.len > iso->opt.source_limit) {
        qjsp_buffer_printf(&iso->strings, "the source has %zu bytes, the limit is %zu",
                           task->source.len, iso->opt.source_limit);
        qjsp_buffer_append(&iso->strings, "", 1);
        qjsp__finish_error(iso, QJSP_ERR_LIMIT, "SourceTooLargeError",
                           (const char *)iso->strings.data);
        return false;
    }
    qjsp_buffer_append(&iso->source, task->source.data, task->source.len);
    qjsp_buffer_append(&iso->source, "", 1); /* the engine wants a NUL behind it */
    qjsp_buffer_append(&iso->filename, filename, strlen(filename) + 1);
    if (iso->source.status == QJSP_OK && iso->filename.status == QJSP_OK)
        return true;
    qjsp__finish_error(iso, QJSP_ERR_NOMEM, "MemoryLimitError",
                       "the host has no memory for the source");
    return false;
}

static bool take_arguments(qjsp_isolate *iso, const qjsp_task *task)
{
    static const uint8_t none[] = { 0x80 }; /* an empty array */
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    qjsp_bytes args = task->args.len > 0 ? task->args : (qjsp_bytes){ none, sizeof none };
    JSContext *ctx = iso->realm->ctx;

    if (task->globals.len > 0 && !qjsp__define_globals(iso, task->globals))
        return false;
    if (task->kind != QJSP_TASK_CALL && task->kind != QJSP_TASK_PASS)
        return true;
    iso->realm->args = qjsp__decode(ctx, iso->realm->intrinsics, args, &limits);
    if (JS_IsException(iso->realm->args)) {
        iso->realm->args = JS_UNDEFINED;
        return false;
    }
    if (JS_IsArray(iso->realm->args))
        return true;
    JS_ThrowTypeError(ctx, "the arguments of a call must be a CBOR array");
    return false;
}

typedef struct task_entry {
    qjsp_isolate *iso;
    const qjsp_task *task;
} task_entry;

static void enter_begin(void *ud)
{
    task_entry *entry = ud;
    JSContext *ctx = entry->iso->realm->ctx;

    /* Whatever an earlier task of this realm left: nothing compiles beside a pending exception. */
    JS_FreeValue(ctx, JS_GetException(ctx));
    if (copy_source(entry->iso, entry->task) && !take_arguments(entry->iso, entry->task))
        qjsp__finish_exception(entry->iso);
}

qjsp_status qjsp_isolate_begin(qjsp_isolate *iso, const qjsp_task *task, uint64_t now_ms)
{
    if (iso->phase != QJSP__PHASE_IDLE || iso->is_broken)
        return QJSP_ERR_INVALID;
    if (task->kind != QJSP_TASK_EVAL && task->kind != QJSP_TASK_CALL &&
        task->kind != QJSP_TASK_PASS && (task->kind != QJSP_TASK_BOOT || iso->is_sealed))
        return QJSP_ERR_INVALID;
    reset_task(iso, task, now_ms);
    qjsp__isolate_enter(iso, now_ms);
    iso->begin_ns = iso->poll_ns;
    if (!qjsp__fault_call(enter_begin, &(task_entry){ iso, task }))
        qjsp__finish_fault(iso);
    qjsp__isolate_leave(iso);
    return QJSP_OK;
}

const qjsp_result *qjsp_isolate_peek_result(const qjsp_isolate *iso)
{
    return iso->phase == QJSP__PHASE_DONE ? &iso->result : NULL;
}

static void shrink(qjsp_buffer *buf)
{
    if (buf->cap > KEEP_BYTES)
        qjsp_buffer_fini(buf);
    else
        qjsp_buffer_clear(buf);
}

static void forget_task(qjsp_isolate *iso)
{
    shrink(&iso->source);
    shrink(&iso->out);
    shrink(&iso->strings);
    shrink(&iso->importer);
    shrink(&iso->scratch);
    shrink(&iso->outcall_args);
    iso->noutcalls = iso->next_outcall = 0;
    iso->deadline_ms = UINT64_MAX;
    iso->result = (qjsp_result){ 0 };
    iso->phase = QJSP__PHASE_IDLE;
}

static void drop_values(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;

    JS_FreeValue(realm->ctx, realm->completion);
    realm->completion = JS_UNDEFINED;
    JS_FreeValue(realm->ctx, realm->args);
    realm->args = JS_UNDEFINED;
    realm->module = NULL;
    realm->is_boxed = false;
    if (!iso->in_session)
        qjsp__timers_clear(iso);
}

static void enter_drop_values(void *ud)
{
    qjsp_isolate *iso = ud;

    qjsp__hostcall_clear(iso);
    drop_values(iso);
}

qjsp_status qjsp_isolate_end(qjsp_isolate *iso)
{
    bool is_spoiled = atomic_load(&iso->stop) != QJSP_OK || iso->phase != QJSP__PHASE_DONE ||
                      qjsp__arena_was_exhausted(iso->arena);
    bool restores = iso->is_sealed && !iso->in_session && (!iso->keeps_state || is_spoiled);

    /* of a task that was given up; one that is done has none */
    if (iso->fs != NULL && !iso->in_session)
        qjsp__fs_close_all(iso->fs, false);
    qjsp__modules_end_task(iso);
    if (iso->phase != QJSP__PHASE_IDLE)
        forget_task(iso);
    else
        restores = false;
    if (iso->is_broken)
        return QJSP_ERR_CRASHED;
    if (restores)
        return qjsp_isolate_restore(iso);
    /* frees guest values: finalizers of the engine, no guest code */
    JS_UpdateStackTop(iso->realm->rt);
    iso->is_broken = !qjsp__fault_call(enter_drop_values, iso);
    return iso->is_broken ? QJSP_ERR_CRASHED : QJSP_OK;
}
