/* SPDX-License-Identifier: MIT */
/*
 * The export table of isolate.wasm: one isolate, and the records in linear memory
 * by which a host without C structs speaks to it. An instance has one face and one
 * isolate in its life; after a trap the host drops the instance.
 *
 * Numbers cross as i32 and f64 alone (an i64 is a BigInt to JavaScript, and slow).
 * packages/qjspool/src/core/isolate.ts is the other side. ORDER qjsp_wasm_face
 */
#include <qjspool/isolate.h>
#include <qjspool/value.h>
#include <stdlib.h>
#include <string.h>

#include "isolate/isolate.h"
#include "wasm/host.h"
#include "wasm/host_store.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

/* An input buffer that one big task grew is given back after it, bytes. */
enum { KEEP_BYTES = 256 * 1024 };

/* Set by the host before qjsp_wasm_open; the defaults are there already. */
typedef struct config_record {
    uint32_t memory_limit, stack_limit, source_limit, result_limit; /* bytes */
    uint32_t console_limit, depth_limit, timer_limit, call_limit;
    uint32_t isolation;     /* qjsp_isolation */
    uint32_t wants_console; /* console calls go to the host */
    uint32_t has_seed, has_clock;
    uint32_t seed_low, seed_high;
    double clock_ms;
    const uint8_t *globals; /* CBOR map, or none */
    uint32_t globals_len;
    const uint8_t *functions; /* of each: a byte, 1 for blocking, then its name and a NUL */
    uint32_t nfunctions;
    const uint8_t *mounts; /* of each: MOUNT_ bits, then its path and a NUL */
    uint32_t nmounts;
    uint32_t file_limit; /* open files */
    const uint8_t
        *modules; /* of each: its specifier and a NUL, the source's length in 4 bytes, the source */
    uint32_t nmodules;
    uint32_t strips_types; /* TypeScript goes to the host */
    uint32_t code_cache_limit;
    uint32_t asks_for_modules; /* what is found nowhere goes to the host */
} config_record;

/* Of a mount. Its store is the host's with the same index. */
enum { MOUNT_EXISTS = 1, MOUNT_IS_READ_ONLY = 2, MOUNT_WAITS = 4 };

typedef struct task_record {
    uint32_t kind; /* qjsp_task_kind */
    const uint8_t *source;
    uint32_t source_len;
    const char *filename; /* NUL-terminated; NULL: the default */
    const uint8_t *args;
    uint32_t args_len;
    const uint8_t *globals;
    uint32_t globals_len;
    uint32_t memory_limit; /* bytes; 0: the isolate's */
    uint32_t in_session;
    double timeout_ms; /* 0: none */
} task_record;

/* Written by qjsp_wasm_poll; what follows wake_ms only when state is QJSP_POLL_DONE. */
typedef struct poll_record {
    uint32_t state; /* qjsp_poll_state */
    uint32_t ncalls;
    double wake_ms; /* Infinity: none */
    int32_t status; /* of the result */
    uint32_t is_damaged;
    const uint8_t *value;
    uint32_t value_len;
    double run_us;
    double cpu_us;
    uint32_t memory_peak; /* bytes of the region in use at most, snapshot included */
    uint32_t unused;
} poll_record;

typedef struct call_record {
    double id;
    uint32_t function;
    const uint8_t *args;
    uint32_t args_len;
    uint32_t unused;
} call_record;

/* A large byte string of the result: where its bytes begin, from the value's first. */
typedef struct large_record {
    uint32_t at, len;
} large_record;

typedef struct qjsp_wasm_face {
    config_record config;
    task_record task;
    poll_record poll;
    call_record call;
    large_record large;
    qjsp_reader scan; /* through the result, for qjsp_wasm_next_large */
    uint8_t *input;   /* where the host puts what a task's pointers point to */
    uint32_t input_cap;
    qjsp_isolate *iso;
} qjsp_wasm_face;

/* ORDER qjsp_wasm_face: core/isolate.ts has these numbers. */
_Static_assert(offsetof(qjsp_wasm_face, task) == 112, "layout");
_Static_assert(offsetof(qjsp_wasm_face, poll) == 160, "layout");
_Static_assert(offsetof(qjsp_wasm_face, call) == 216, "layout");
_Static_assert(offsetof(qjsp_wasm_face, large) == 240, "layout");

/* ---- calls out ---- */

static void on_console(void *ud, qjsp_console_level level, qjsp_bytes args)
{
    (void)ud;
    qjsp__host_console((int)level, args.data, args.len);
}

/* ud: the function's index. */
static qjsp_status on_call(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    return (qjsp_status)qjsp__host_call((uint32_t)(uintptr_t)ud, args.data, args.len, out);
}

static qjsp_status on_module(void *ud, const char *specifier, const char *importer,
                             qjsp_buffer *out)
{
    (void)ud;
    return (qjsp_status)qjsp__host_module(specifier, strlen(specifier), importer, strlen(importer),
                                          out);
}

static qjsp_status on_types(void *ud, const char *filename, qjsp_bytes source, qjsp_buffer *out)
{
    (void)ud;
    return (qjsp_status)qjsp__host_strip_types(filename, strlen(filename), source.data, source.len,
                                               out);
}

EXPORT(qjsp_wasm_extend) uint8_t *qjsp_wasm_extend(qjsp_buffer *out, uint32_t len)
{
    return qjsp_buffer_extend(out, len);
}

/* ---- life ---- */

static void write_defaults(config_record *config)
{
    qjsp_isolate_options opt;

    qjsp_isolate_options_init(&opt);
    *config = (config_record){
        .memory_limit = (uint32_t)opt.memory_limit,
        .stack_limit = (uint32_t)opt.stack_limit,
        .source_limit = (uint32_t)opt.source_limit,
        .result_limit = (uint32_t)opt.result_limit,
        .console_limit = (uint32_t)opt.console_limit,
        .depth_limit = opt.depth_limit,
        .timer_limit = opt.timer_limit,
        .call_limit = opt.call_limit,
        .file_limit = opt.file_limit,
        .code_cache_limit = (uint32_t)opt.code_cache_limit,
    };
}

/* The instance's face, with the defaults in its config; NULL: no memory. */
EXPORT(qjsp_wasm_new) qjsp_wasm_face *qjsp_wasm_new(void)
{
    qjsp_wasm_face *face = calloc(1, sizeof *face);

    if (face != NULL)
        write_defaults(&face->config);
    return face;
}

static qjsp_host_function *make_functions(const config_record *config)
{
    qjsp_host_function *functions = calloc(config->nfunctions + 1, sizeof *functions);
    const char *at = (const char *)config->functions;

    for (uint32_t i = 0; functions != NULL && i < config->nfunctions; i++) {
        functions[i] = (qjsp_host_function){
            .name = at + 1,
            .call = *at == 1 ? on_call : NULL,
            .ud = (void *)(uintptr_t)i,
        };
        at += strlen(at + 1) + 2;
    }
    return functions;
}

/* The caller has a reference of each store. NULL: no memory. */
static qjsp_mount *make_mounts(const config_record *config)
{
    qjsp_mount *mounts = calloc(config->nmounts + 1, sizeof *mounts);
    const char *at = (const char *)config->mounts;

    for (uint32_t i = 0; mounts != NULL && i < config->nmounts; i++) {
        mounts[i] = (qjsp_mount){
            .path = at + 1,
            .kind = QJSP_MOUNT_STORE,
            .is_read_only = (*at & MOUNT_IS_READ_ONLY) != 0,
        };
        if (qjsp__host_store_new(&mounts[i].store, i, (*at & MOUNT_WAITS) != 0,
                                 qjsp_alloc_default()) != QJSP_OK)
            return NULL; /* the instance is dropped */
        at += strlen(at + 1) + 2;
    }
    return mounts;
}

static void drop_mounts(qjsp_mount *mounts, uint32_t n)
{
    for (uint32_t i = 0; mounts != NULL && i < n; i++)
        qjsp_store_unref(mounts[i].store);
    free(mounts);
}

static qjsp_module *make_modules(const config_record *config)
{
    qjsp_module *modules = calloc(config->nmodules + 1, sizeof *modules);
    const uint8_t *at = config->modules;

    for (uint32_t i = 0; modules != NULL && i < config->nmodules; i++) {
        uint32_t len;

        modules[i].specifier = (const char *)at;
        at += strlen((const char *)at) + 1;
        memcpy(&len, at, sizeof len);
        modules[i].source = (qjsp_bytes){ at + sizeof len, len };
        at += sizeof len + len;
    }
    return modules;
}

/* Makes the isolate that the config describes. A qjsp_status. */
EXPORT(qjsp_wasm_open) int qjsp_wasm_open(qjsp_wasm_face *face)
{
    const config_record *config = &face->config;
    qjsp_host_function *functions = make_functions(config);
    qjsp_mount *mounts = make_mounts(config);
    qjsp_module *modules = make_modules(config);
    qjsp_status st = QJSP_ERR_NOMEM;
    qjsp_isolate_options opt;

    qjsp_isolate_options_init(&opt);
    opt.memory_limit = config->memory_limit;
    opt.stack_limit = config->stack_limit;
    opt.source_limit = config->source_limit;
    opt.result_limit = config->result_limit;
    opt.console_limit = config->console_limit;
    opt.depth_limit = config->depth_limit;
    opt.timer_limit = config->timer_limit;
    opt.call_limit = config->call_limit;
    opt.isolation = (qjsp_isolation)config->isolation;
    opt.globals = (qjsp_bytes){ config->globals, config->globals_len };
    opt.host_functions = functions;
    opt.nhost_functions = config->nfunctions;
    opt.modules = modules;
    opt.nmodules = config->nmodules;
    opt.find_module = config->asks_for_modules != 0 ? on_module : NULL;
    opt.on_console = config->wants_console ? on_console : NULL;
    opt.has_seed = config->has_seed != 0;
    opt.seed = (uint64_t)config->seed_high << 32 | config->seed_low;
    opt.has_clock = config->has_clock != 0;
    opt.clock_ms = config->clock_ms;
    opt.strip_types = config->strips_types != 0 ? on_types : NULL;
    opt.code_cache_limit = config->code_cache_limit;
    opt.mounts = mounts;
    opt.nmounts = config->nmounts;
    opt.file_limit = config->file_limit;
    if (functions != NULL && mounts != NULL && modules != NULL)
        st = qjsp_isolate_new(&face->iso, &opt);
    drop_mounts(mounts, config->nmounts);
    free(modules);
    free(functions);
    return st;
}

EXPORT(qjsp_wasm_seal) int qjsp_wasm_seal(qjsp_wasm_face *face)
{
    return qjsp_isolate_seal(face->iso);
}

EXPORT(qjsp_wasm_restore) int qjsp_wasm_restore(qjsp_wasm_face *face)
{
    return qjsp_isolate_restore(face->iso);
}

/* Bytes that a restore copies. */
EXPORT(qjsp_wasm_snapshot_size) uint32_t qjsp_wasm_snapshot_size(const qjsp_wasm_face *face)
{
    qjsp_isolate_usage usage;

    qjsp_isolate_get_usage(face->iso, &usage);
    return (uint32_t)usage.snapshot_bytes;
}

/* Whether the guest's memory ran out. Uses no stack: it may be asked after a trap. */
EXPORT(qjsp_wasm_was_exhausted) int qjsp_wasm_was_exhausted(const qjsp_wasm_face *face)
{
    return face->iso != NULL && face->iso->arena != NULL &&
           qjsp__arena_was_exhausted(face->iso->arena);
}

EXPORT(qjsp_wasm_engine_version) const char *qjsp_wasm_engine_version(void)
{
    return qjsp_engine_version();
}

/* ---- tasks ---- */

/* Room for `len` bytes, valid until the next reserve or end; NULL: no memory. */
EXPORT(qjsp_wasm_reserve) uint8_t *qjsp_wasm_reserve(qjsp_wasm_face *face, uint32_t len)
{
    if (len <= face->input_cap)
        return face->input;
    free(face->input);
    face->input = malloc(len);
    face->input_cap = face->input == NULL ? 0 : len;
    return face->input;
}

static qjsp_task task_of(const task_record *from)
{
    return (qjsp_task){
        .kind = (qjsp_task_kind)from->kind,
        .source = { from->source, from->source_len },
        .filename = from->filename,
        .args = { from->args, from->args_len },
        .globals = { from->globals, from->globals_len },
        .timeout_ms = (uint64_t)from->timeout_ms,
        .memory_limit = from->memory_limit,
        .in_session = from->in_session != 0,
    };
}

EXPORT(qjsp_wasm_begin) int qjsp_wasm_begin(qjsp_wasm_face *face, double now_ms)
{
    qjsp_task task = task_of(&face->task);

    return qjsp_isolate_begin(face->iso, &task, (uint64_t)now_ms);
}

EXPORT(qjsp_wasm_poll) void qjsp_wasm_poll(qjsp_wasm_face *face, double now_ms)
{
    const qjsp_result *result;
    qjsp_poll poll;

    qjsp_isolate_poll(face->iso, (uint64_t)now_ms, &poll);
    face->poll = (poll_record){
        .state = poll.state,
        .ncalls = poll.ncalls,
        .wake_ms = poll.wake_ms == UINT64_MAX ? __builtin_inf() : (double)poll.wake_ms,
        .is_damaged = poll.is_damaged,
    };
    result = qjsp_isolate_peek_result(face->iso);
    if (result == NULL)
        return;
    face->poll.status = result->status;
    face->poll.value = result->value.data;
    face->poll.value_len = (uint32_t)result->value.len;
    face->poll.run_us = (double)result->run_us;
    face->poll.cpu_us = (double)result->cpu_us;
    face->poll.memory_peak = (uint32_t)result->memory_used;
    qjsp_reader_init(&face->scan, result->value, 0);
}

/*
 * Finds the next byte string of at least `min` bytes in the result of a task that is
 * done, so that it can travel as a buffer of its own. 1: it is in the record; 0: no more.
 */
EXPORT(qjsp_wasm_next_large) int qjsp_wasm_next_large(qjsp_wasm_face *face, uint32_t min)
{
    qjsp_token token;

    while (face->scan.pos < face->scan.len && qjsp_reader_next(&face->scan, &token) == QJSP_OK) {
        if (token.kind != QJSP_TOKEN_BYTES || token.u.bytes.len < min)
            continue;
        face->large.at = (uint32_t)(token.u.bytes.data - face->scan.data);
        face->large.len = (uint32_t)token.u.bytes.len;
        return 1;
    }
    return 0;
}

EXPORT(qjsp_wasm_end) int qjsp_wasm_end(qjsp_wasm_face *face)
{
    if (face->input_cap > KEEP_BYTES) {
        free(face->input);
        face->input = NULL;
        face->input_cap = 0;
    }
    return qjsp_isolate_end(face->iso);
}

/* ---- asynchronous host calls ---- */

/* 1: the next call is in the record; 0: there is none. */
EXPORT(qjsp_wasm_next_call) int qjsp_wasm_next_call(qjsp_wasm_face *face)
{
    qjsp_isolate_call call;

    if (!qjsp_isolate_next_call(face->iso, &call))
        return 0;
    face->call = (call_record){
        .id = (double)call.id,
        .function = call.function,
        .args = call.args.data,
        .args_len = (uint32_t)call.args.len,
    };
    return 1;
}

EXPORT(qjsp_wasm_resolve)
int qjsp_wasm_resolve(qjsp_wasm_face *face, double id, int is_rejected, const uint8_t *value,
                      uint32_t len)
{
    return qjsp_isolate_resolve(face->iso, (uint64_t)id, is_rejected != 0,
                                (qjsp_bytes){ value, len });
}
