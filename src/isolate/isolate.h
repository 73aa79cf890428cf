/* SPDX-License-Identifier: MIT */
/*
 * The two halves of an isolate.
 *
 * `qjsp_isolate` is the host's half: options, buffers, the deadline, what the task has
 * come to. It outlives a restore. `qjsp__realm` is the guest's half: everything
 * that holds a value of the engine. It lies in the region, so a restore brings
 * it back with the rest and nothing of a task can be left in it.
 */
#ifndef QJSP_ISOLATE_ISOLATE_H
#define QJSP_ISOLATE_ISOLATE_H

#include <qjspool/isolate.h>
#include <quickjs.h>
#include <stdatomic.h>

#include "arena/arena.h"
#include "clone/clone.h"
#include "isolate/modules/registry.h"
#include "isolate/platform.h"
#include "isolate/random.h"
#include "isolate/tracker.h"

typedef struct qjsp__timer {
    uint32_t id;
    bool is_interval;
    uint64_t due_ms;
    uint64_t delay_ms;
    uint64_t seq; /* order among timers due at the same time */
    JSValue callback;
    JSValue args; /* JS array */
} qjsp__timer;

/* A host call whose promise the guest holds. */
typedef struct qjsp__pending {
    uint64_t id;
    JSValue resolve;
    JSValue reject;
} qjsp__pending;

typedef struct qjsp__realm {
    JSRuntime *rt;
    JSContext *ctx;
    qjsp__intrinsics *intrinsics;
    JSClassID dom_exception_class;
    JSClassID encoder_class;
    JSClassID decoder_class;
    JSClassID file_class;                      /* where something is mounted */
    JSValue stats_prototype, dirent_prototype; /* of fs; JS_UNDEFINED until they are needed */

    JSValue completion;  /* what the task waits for; JS_UNDEFINED between tasks */
    JSValue args;        /* CALL, PASS: JS array */
    JSModuleDef *module; /* its namespace is the value; NULL: a script */
    bool is_boxed;       /* the promise's result is {value: completion} */

    qjsp__timer *timers; /* binary heap by (due_ms, seq), js_malloc */
    uint32_t ntimers;
    uint32_t timer_cap;
    uint32_t next_timer_id;
    uint64_t next_timer_seq;

    qjsp__pending *pending; /* unordered, js_malloc */
    uint32_t npending;
    uint32_t pending_cap;

    JSValue counters;    /* console.count: object without prototype */
    JSValue stopwatches; /* console.time */
    qjsp__random random;
    qjsp__realm_modules modules;
} qjsp__realm;

typedef enum qjsp__phase {
    QJSP__PHASE_IDLE,
    QJSP__PHASE_READY,   /* begun; the source has not run yet */
    QJSP__PHASE_RUNNING, /* the source ran; its promise is awaited */
    QJSP__PHASE_DONE,
} qjsp__phase;

/* A host call that the driver has not fetched yet. */
typedef struct qjsp__outcall {
    uint64_t id;
    uint32_t function;
    size_t offset; /* of its arguments in outcall_args */
    size_t len;
} qjsp__outcall;

struct qjsp_isolate {
    qjsp_isolate_options opt; /* what it points to is owned, see options.c */
    qjsp__tracker tracker;    /* what all host-side memory comes from */
    const qjsp_alloc *alloc;  /* the tracker's */
    qjsp__arena *arena;
    struct qjsp__fs *fs; /* open files; NULL: nothing is mounted */
    struct qjsp__modules *modules;
    qjsp__realm *realm;
    bool needs_memory; /* an allocation that fails ends the isolate: see modules/compile.c */
    bool is_sealed;
    bool is_broken;     /* a fault, or a failed restore: only free is allowed */
    qjsp__random seeds; /* where each task's Math.random gets its seed */

    /* the task */
    qjsp__phase phase;
    qjsp_task_kind kind;
    bool keeps_state;
    bool in_session;
    size_t memory_limit; /* of this task, bytes */
    qjsp_buffer source;  /* NUL-terminated copy */
    qjsp_buffer filename;
    qjsp_buffer out;      /* the value or the error record */
    qjsp_buffer strings;  /* its strings for C */
    qjsp_buffer importer; /* who asked for the module that is being loaded; NUL-terminated */
    qjsp_buffer scratch;  /* short-lived: never held across a call out */
    qjsp_result result;

    /* time */
    uint64_t begin_ns;
    uint64_t deadline_ms; /* of the driver's clock; UINT64_MAX: none */
    uint64_t poll_ms;     /* the driver's clock when this poll began */
    uint64_t poll_ns;     /* ours, at the same moment */
    uint64_t deadline_ns; /* ours */
    uint64_t
        cpu_base_ns; /* thread CPU time when the first interrupt check of this poll ran; 0: not yet */
    uint64_t cpu_base_wall_ns;
    uint64_t cpu_ns;
    _Atomic int stop; /* a qjsp_status that ends the task; QJSP_OK: run on. Set by any thread */

    /* calls out */
    uint64_t next_call_id;
    qjsp__outcall *outcalls;
    uint32_t noutcalls;
    uint32_t outcall_cap;
    uint32_t next_outcall; /* first not fetched */
    qjsp_buffer outcall_args;
    size_t console_used; /* bytes; SIZE_MAX: the limit was said to be reached */
};

/* isolate.c */
static inline qjsp_isolate *qjsp__isolate_of(JSContext *ctx)
{
    return JS_GetContextOpaque(ctx);
}

/* clock.c: the driver's clock, now. */
uint64_t qjsp__isolate_now_ms(const qjsp_isolate *iso);
/* Starts and ends the measuring of a stretch of guest time. */
void qjsp__isolate_enter(qjsp_isolate *iso, uint64_t now_ms);
void qjsp__isolate_leave(qjsp_isolate *iso);
/* True, and `stop` says why, when the task must end now. */
bool qjsp__isolate_must_stop(qjsp_isolate *iso);
/* The same, in the shape that the clone wants. */
bool qjsp__isolate_interrupted(void *iso);
/* For code that is about to call the host: false with an uncatchable exception pending. */
bool qjsp__isolate_may_call_out(qjsp_isolate *iso);

static inline qjsp__clone_limits qjsp__isolate_clone_limits(qjsp_isolate *iso)
{
    return (qjsp__clone_limits){
        .max_depth = iso->opt.depth_limit,
        .interrupted = qjsp__isolate_interrupted,
        .ud = iso,
    };
}

/* realm.c */
QJSP_NODISCARD qjsp_status qjsp__realm_new(qjsp_isolate *iso);

/* evaluate.c: the promise or value goes to realm->completion; false: an exception is pending. */
bool qjsp__evaluate(qjsp_isolate *iso);
bool qjsp__define_globals(qjsp_isolate *iso, qjsp_bytes map);

/* pass.c: what a PASS task's function makes of the value, which it takes. JS_EXCEPTION: pending. */
JSValue qjsp__pass(qjsp_isolate *iso, JSValue value);

/* finish.c: the task has ended. */
void qjsp__finish_value(qjsp_isolate *iso, JSValue value); /* takes value */
void qjsp__finish_exception(qjsp_isolate *iso);            /* the pending one */
void qjsp__finish_error(qjsp_isolate *iso, qjsp_status status, const char *name,
                        const char *message);
void qjsp__finish_stopped(qjsp_isolate *iso); /* by iso->stop */
void qjsp__finish_fault(qjsp_isolate *iso);   /* the engine gave up; it is not entered again */

/* timer.c */
bool qjsp__timers_install(JSContext *ctx, JSValueConst global);
/* Runs the first timer that is due at now; false: none is. *ok false: it threw. */
bool qjsp__timers_run_one(qjsp_isolate *iso, uint64_t now_ms);
uint64_t qjsp__timers_next(const qjsp__realm *realm);
void qjsp__timers_clear(qjsp_isolate *iso);

/* hostcall.c */
bool qjsp__hostcall_install(qjsp_isolate *iso, JSValueConst global);
/* A function of the guest's for the host's with that number; ud: the isolate. See clone/clone.h. */
JSValue qjsp__hostcall_carry(void *ud, JSContext *ctx, uint32_t id, JSValueConst name);
void qjsp__hostcall_clear(qjsp_isolate *iso);

/* console.c, globals.c, encoding.c, crypto.c: false: an exception is pending. */
bool qjsp__console_install(JSContext *ctx, JSValueConst global);
bool qjsp__globals_install(qjsp_isolate *iso, JSValueConst global);
bool qjsp__encoding_install(JSContext *ctx, JSValueConst global);
bool qjsp__crypto_install(JSContext *ctx, JSValueConst global);
bool qjsp__time_install(qjsp_isolate *iso, JSValueConst global);

/* options.c */
QJSP_NODISCARD qjsp_status qjsp__options_check(const qjsp_isolate_options *opt);
QJSP_NODISCARD qjsp_status qjsp__options_copy(qjsp_isolate_options *to,
                                              const qjsp_isolate_options *from,
                                              const qjsp_alloc *alloc);
void qjsp__options_fini(qjsp_isolate_options *opt, const qjsp_alloc *alloc);

#endif
