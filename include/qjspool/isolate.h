/* SPDX-License-Identifier: MIT */
/*
 * One isolate: a realm of JavaScript in a region of memory of its own, with
 * limits, that never sleeps and never starts a thread.
 *
 * The life of an isolate:
 *
 *   new --> boot task --> seal --> (begin --> poll... --> end)* --> free
 *
 * `qjsp_isolate_new` makes a realm. The first task may be a boot task (the bootstrap code);
 * `qjsp_isolate_seal` then takes the snapshot that every later task starts from. A
 * task is begun, polled until it is done, its result read, and ended; ending
 * brings the realm back to the snapshot (QJSP_ISOLATION_TASK) or leaves it as it is
 * (QJSP_ISOLATION_WORKER, and within a session).
 *
 * Threads: all calls on one isolate from one thread at a time, which may
 * change between calls; qjsp_isolate_interrupt from any thread at any time.
 * Time: milliseconds of one monotonic clock (CLOCK_MONOTONIC), as the driver reads it.
 * A driver that wants threads, queues and waiting done for it uses pool.h.
 */
#ifndef QJSPOOL_ISOLATE_H
#define QJSPOOL_ISOLATE_H

#include <qjspool/buffer.h>
#include <qjspool/files.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qjsp_isolate qjsp_isolate;

typedef enum qjsp_isolation {
    QJSP_ISOLATION_TASK = 0,   /* every task starts from the snapshot */
    QJSP_ISOLATION_WORKER = 1, /* state stays from task to task */
} qjsp_isolation;

typedef enum qjsp_console_level {
    QJSP_CONSOLE_LOG = 0,
    QJSP_CONSOLE_INFO,
    QJSP_CONSOLE_WARN,
    QJSP_CONSOLE_ERROR,
    QJSP_CONSOLE_DEBUG,
    QJSP_CONSOLE_TRACE,
} qjsp_console_level;

/* Receives one console call. args: CBOR array, borrowed for the call. Runs on the
 * isolate's thread while the guest waits; must not call into the isolate. */
typedef void qjsp_console_fn(void *ud, qjsp_console_level level, qjsp_bytes args);

/*
 * A blocking host function: runs on the isolate's thread while the guest
 * waits. args: CBOR array, borrowed for the call. On QJSP_OK the value
 * written to `out` (nothing: undefined) is returned to the guest. On any other
 * status the guest gets an exception: the value in `out` if there is one (see
 * qjsp_write_error), else an Error that names the function and the status.
 */
typedef qjsp_status qjsp_host_fn(void *ud, qjsp_bytes args, qjsp_buffer *out);

/* A name in the guest's global object, or one level down ("db.query" makes
 * globalThis.db.query). One with the name "" has none there: guests come to call it through
 * functions among their globals, whose number it gets as its first argument (docs/wire-format.md). */
typedef struct qjsp_host_function {
    const char *name;   /* identifier, or group "." identifier; ASCII; or "" */
    qjsp_host_fn *call; /* NULL: asynchronous, see qjsp_isolate_next_call */
    void *ud;
} qjsp_host_function;

typedef struct qjsp_module {
    const char *specifier;
    qjsp_bytes source; /* UTF-8 */
} qjsp_module;

/*
 * Finds the source of a module that is neither in the table nor in a mount. Both names are UTF-8,
 * specifier already resolved against importer if relative. QJSP_OK with the source in `out`;
 * anything else: the import fails with "module not found", and the reason in `out` (UTF-8) if
 * there is one. Same rules as qjsp_host_fn.
 */
typedef qjsp_status qjsp_module_fn(void *ud, const char *specifier, const char *importer,
                                   qjsp_buffer *out);

/*
 * Makes JavaScript of TypeScript, once for each file .ts, .mts or .cts of a mount that a task imports.
 * filename: its absolute path for the guest. Lines should stay where they are. QJSP_OK with
 * the text in `out`; anything else: the import fails, with the reason in `out` (UTF-8) if there is
 * one. Same rules as qjsp_host_fn.
 */
typedef qjsp_status qjsp_strip_types_fn(void *ud, const char *filename, qjsp_bytes source,
                                        qjsp_buffer *out);

typedef struct qjsp_isolate_options {
    size_t memory_limit;  /* bytes of the region, everything included; at least
                              1 MiB; default 64 MiB */
    size_t stack_limit;   /* bytes of C stack the guest may use; default
                              512 KiB. The thread needs this and 256 KiB more. */
    size_t source_limit;  /* bytes of one source; default 16 MiB; 0: none */
    size_t result_limit;  /* bytes of one value that crosses; default 16 MiB; 0: none */
    size_t console_limit; /* bytes of console output of one task; default 64 KiB; 0: none kept */
    uint32_t depth_limit; /* nesting of one value; default 10,000; 0: default */
    uint32_t timer_limit; /* timers at a time; default 10,000; 0: no timers */
    uint32_t call_limit;  /* host calls in flight; default 1,024; 0: none may be made */
    uint32_t file_limit;  /* files open at a time; default 128; 0: none may be opened */
    /* bytes of host memory for what was compiled from files of mounts, with their sources, from task
     * to task; default 16 MiB; 0: files are compiled anew by each task */
    size_t code_cache_limit;
    qjsp_isolation isolation; /* default QJSP_ISOLATION_TASK */

    qjsp_bytes globals;      /* CBOR map of text keys, or empty: put on globalThis */
    qjsp_bytes globals_json; /* the same as a JSON object, or empty */

    const qjsp_host_function *host_functions; /* copied, names included */
    size_t nhost_functions;
    const qjsp_module *modules; /* copied */
    size_t nmodules;
    qjsp_module_fn *find_module; /* asked last, see docs/modules.md; NULL: nobody is */
    void *module_ud;
    qjsp_strip_types_fn *strip_types; /* NULL: TypeScript in mounts cannot be imported */
    void *strip_types_ud;
    const qjsp_mount *mounts; /* copied; none: guests have no file functions. Stores that are made
                                 for them are this isolate's own; to share one, make it
                                 (files.h) and pass it as QJSP_MOUNT_STORE */
    size_t nmounts;
    qjsp_console_fn *on_console; /* NULL: console output is dropped */
    void *console_ud;

    bool has_seed; /* reproducible Math.random, restarted for each task, and crypto from it */
    uint64_t seed;
    bool has_clock;  /* Date and performance start here for each task and stand still */
    double clock_ms; /* milliseconds since 1970, within +-8.64e15 */

    const qjsp_alloc *alloc; /* borrowed until free; NULL: libc */
} qjsp_isolate_options;

QJSP_API void qjsp_isolate_options_init(qjsp_isolate_options *opt);

typedef enum qjsp_task_kind {
    QJSP_TASK_EVAL = 0, /* run source; the value is its completion value, or the module's exports */
    QJSP_TASK_CALL = 1, /* source is an expression; call its value with args */
    QJSP_TASK_BOOT = 2, /* as EVAL, once, before seal; the value is dropped */
    /* As EVAL, but the value, which need not be one that can cross and is not awaited if it is a
     * promise, is given to a function of the realm; what that returns is the result. args: a
     * CBOR array of the name of the function, an own property of the global object that holds
     * it, and of what it is called with behind the value. Its `this` is a function peek(value) that tells
     * what nothing in the language does: "proxy", or of a promise an array of its state and,
     * unless "pending", of what it came to. */
    QJSP_TASK_PASS = 3,
} qjsp_task_kind;

/* One piece of work. Borrowed until begin returns. */
typedef struct qjsp_task {
    qjsp_task_kind kind;
    qjsp_bytes source;    /* UTF-8 */
    const char *filename; /* NULL: "eval.js" */
    qjsp_bytes args;      /* CALL: CBOR array, or empty; PASS: CBOR array */
    qjsp_bytes globals;   /* CBOR map put on globalThis first, or empty */
    uint64_t timeout_ms;  /* from begin, waiting included; 0: none */
    size_t memory_limit;  /* bytes; 0 or above the isolate's: the isolate's */
    bool in_session;      /* one of several that share state: what it declares and the timers it
                             leaves live on, see qjsp_isolate_end */
} qjsp_task;

QJSP_API void qjsp_task_init(qjsp_task *task);

/*
 * How a task ended. status says which of these holds:
 *
 *   QJSP_OK             value: the result
 *   QJSP_ERR_EXCEPTION  the guest threw, or the value could not cross
 *   QJSP_ERR_LIMIT      a limit broke: MemoryLimitError, ResultTooLargeError, ...
 *   QJSP_ERR_TIMEOUT, _CANCELED, _CRASHED, _CLOSED  as named
 *
 * Unless QJSP_OK, value is the error record: a CBOR map with "name", "message" and, where there is one,
 * "stack", "cause", "errors" (AggregateError), "value" (what was thrown, if
 * not an Error). The strings repeat it for C, NUL-terminated UTF-8 with lone
 * surrogates replaced; stack may be NULL.
 */
typedef struct qjsp_result {
    qjsp_status status;
    qjsp_bytes value;
    const char *error_name;    /* NULL when QJSP_OK */
    const char *error_message; /* NULL when QJSP_OK */
    const char *error_stack;
    uint64_t wait_us;   /* in the pool's queue */
    uint64_t run_us;    /* from begin to done, waiting included */
    uint64_t cpu_us;    /* of it, computing */
    size_t memory_used; /* most bytes of the region in use, snapshot included */
} qjsp_result;

/*
 * qjsp_isolate_new reserves a region and makes a realm with the globals, host
 * functions and modules of `opt`.
 *
 * QJSP_ERR_INVALID  an option is out of range, or a name or map malformed
 * QJSP_ERR_LIMIT    memory_limit cannot hold the realm
 * QJSP_ERR_SYSTEM   there is no region to be had, or a mount's directory cannot be opened; errno says why
 * QJSP_ERR_NOMEM
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_isolate_new(qjsp_isolate **out,
                                                     const qjsp_isolate_options *opt);

/* qjsp_isolate_free gives the region back at once, whatever runs in it; no
 * guest code runs. NULL is fine. */
QJSP_API void qjsp_isolate_free(qjsp_isolate *iso);

/*
 * qjsp_isolate_begin starts a task. It runs no guest code but the conversion
 * of globals and args; poll runs the rest.
 *
 * QJSP_ERR_INVALID  a task is begun already; BOOT after seal; bad kind
 * A source too long, malformed args and the like do not fail here: they are the task's result.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_isolate_begin(qjsp_isolate *iso, const qjsp_task *task,
                                                       uint64_t now_ms);

typedef enum qjsp_poll_state {
    QJSP_POLL_DONE,    /* the result can be read */
    QJSP_POLL_WAITING, /* poll again at wake_ms, or after a resolve or interrupt */
} qjsp_poll_state;

typedef struct qjsp_poll {
    qjsp_poll_state state;
    uint64_t wake_ms; /* WAITING: next timer or deadline; UINT64_MAX: none */
    uint32_t ncalls;  /* asynchronous calls to fetch by next_call */
    bool is_damaged;  /* DONE: throw this isolate away (see qjsp_isolate_end) */
} qjsp_poll;

/* qjsp_isolate_poll runs jobs and due timers until the task is done or must
 * wait. Calling it without a task gives DONE. */
QJSP_API void qjsp_isolate_poll(qjsp_isolate *iso, uint64_t now_ms, qjsp_poll *out);

/* qjsp_isolate_peek_result returns the result of a task that is DONE, NULL
 * otherwise. Borrowed until end. */
QJSP_API const qjsp_result *qjsp_isolate_peek_result(const qjsp_isolate *iso);

/*
 * qjsp_isolate_end ends a task, done or not. Its host calls are dropped. Then,
 * if the isolate is sealed: with QJSP_ISOLATION_TASK the realm goes back to the snapshot; with
 * QJSP_ISOLATION_WORKER it stays, but for timers, unless the task was stopped or ran out
 * of memory, which brings the snapshot back as well (half-done work and full memory are
 * nobody else's problem). A task in a session leaves all as it is, timers included: those that fall due
 * run when the session's next task begins.
 *
 * QJSP_ERR_CRASHED  the isolate cannot be used again; free it
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_isolate_end(qjsp_isolate *iso);

/* qjsp_isolate_seal takes the snapshot. Once, between tasks. QJSP_ERR_NOMEM: not sealed. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_isolate_seal(qjsp_isolate *iso);

/* qjsp_isolate_restore goes back to the snapshot between tasks (end of a session).
 * QJSP_ERR_INVALID: a task is begun, or not sealed. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_isolate_restore(qjsp_isolate *iso);

/*
 * qjsp_isolate_interrupt makes the running task end soon with `reason`
 * (QJSP_ERR_TIMEOUT or QJSP_ERR_CANCELED), and no host function or console
 * call is made after the guest has seen it. Without effect when no task is
 * begun. Any thread.
 */
QJSP_API void qjsp_isolate_interrupt(qjsp_isolate *iso, qjsp_status reason);

/* An asynchronous host call. */
typedef struct qjsp_isolate_call {
    uint64_t id;       /* never reused within an isolate */
    uint32_t function; /* index into host_functions */
    qjsp_bytes args;   /* CBOR array; borrowed until the next poll, resolve or end */
} qjsp_isolate_call;

/* qjsp_isolate_next_call fetches the calls that the last poll made, in order;
 * false when there is none left. */
QJSP_API bool qjsp_isolate_next_call(qjsp_isolate *iso, qjsp_isolate_call *call);

/*
 * qjsp_isolate_resolve settles a call: fulfilled with the CBOR value, or rejected
 * with it. Poll afterwards. QJSP_ERR_INVALID: no such call waits (the task has
 * ended, or it was settled before): nothing happened. A malformed value rejects the
 * guest's promise with an Error that says so.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_isolate_resolve(qjsp_isolate *iso, uint64_t id,
                                                         bool is_rejected, qjsp_bytes value);

typedef struct qjsp_isolate_usage {
    size_t snapshot_bytes; /* 0 before seal */
    size_t used_bytes;     /* of the region now */
    size_t limit_bytes;
} qjsp_isolate_usage;

QJSP_API void qjsp_isolate_get_usage(const qjsp_isolate *iso, qjsp_isolate_usage *out);

/* qjsp_engine_version returns the engine's name and version; static storage. */
QJSP_API const char *qjsp_engine_version(void);

#ifdef __cplusplus
}
#endif
#endif
