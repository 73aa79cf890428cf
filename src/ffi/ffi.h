/* SPDX-License-Identifier: MIT */
/*
 * The functions that quickjs-emscripten-core calls: its handles, in front of the bare engine. Names and
 * meaning are those of @jitl/quickjs-ffi-types 0.32; C programs have include/qjspool instead.
 *
 * A value crosses as the address of a box on the heap, which its receiver frees by
 * QTS_FreeValuePointer; a parameter's box stays its caller's. NULL for a value means undefined. The
 * instance has one thread, and runtimes that know nothing of each other; no isolate of
 * isolate/ is in it.
 */
#ifndef QJSP_FFI_FFI_H
#define QJSP_FFI_FFI_H

#include <quickjs.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __wasm__
#define QJSP__FFI(name) __attribute__((export_name(#name), used))
#define QJSP__FFI_IMPORT(name) __attribute__((import_module("qjsp_ffi"), import_name(name)))
#else
#define QJSP__FFI(name)
#define QJSP__FFI_IMPORT(name)
#endif

#ifdef QJSP_ASYNCIFY
#define QJSP__FFI_IMPORT_WAIT(name) QJSP__FFI_IMPORT(name "_unwind")
#else
#define QJSP__FFI_IMPORT_WAIT(name) QJSP__FFI_IMPORT(name "_wait")
#endif

/* The intrinsics of a context, captured before anything ran in it. */
typedef struct qjsp__ffi_realm {
    struct qjsp__ffi_realm *next;
    JSContext *ctx;
    struct qjsp__intrinsics *intrinsics; /* owned */
} qjsp__ffi_realm;

/* What belongs to a runtime beside the engine's own. Its address is the runtime's opaque. */
typedef struct qjsp__ffi_runtime {
    qjsp__ffi_realm *realms; /* owned; of contexts with all intrinsics */
    uint32_t nboxes;         /* that the host has to free */
    uint32_t nobject_boxes;  /* of them, with a value that the engine does not survive */
    uint32_t ncontexts;
    JSClassID host_ref_class;
    bool is_debugged;
    bool is_suspendable; /* the call under way may be suspended by the host */
} qjsp__ffi_runtime;

static inline qjsp__ffi_runtime *qjsp__ffi_of(JSContext *ctx)
{
    return JS_GetRuntimeOpaque(JS_GetRuntime(ctx));
}

/* Takes the value. Traps for want of memory: nobody looks at the address. */
JSValue *qjsp__ffi_box(JSContext *ctx, JSValue value);
JSValue *qjsp__ffi_box_of(JSRuntime *rt, JSValue value);
/* The value of a box that is this side's now, which goes. */
JSValue qjsp__ffi_unbox(JSContext *ctx, JSValue *box);

/* clone.c: of a new context, and of one that is about to go. False: no memory. */
bool qjsp__ffi_realm_add(JSContext *ctx);
void qjsp__ffi_realm_remove(JSContext *ctx);
/* functions.c. False: no memory. */
bool qjsp__ffi_add_host_refs(JSRuntime *rt, qjsp__ffi_runtime *own);

/*
 * functions.c: whether the host may suspend the instance here. It is not suspendable while the host has
 * its turn: what guests run in a call of the host's own has frames of the host's below it, which
 * stay. To be given back to _end_host_call.
 */
bool qjsp__ffi_begin_host_call(JSContext *ctx);
void qjsp__ffi_end_host_call(JSContext *ctx, bool was_suspendable);

/* Guests' code runs in the middle of it (Error.prepareStackTrace). isolate/engine/engine.c */
bool qjsp__engine_is_building_stack(const JSRuntime *rt);
/* False: objects are lost in it, with which it cannot be freed. isolate/engine/engine.c */
bool qjsp__engine_drain(JSRuntime *rt);

/*
 * ---- the host's functions; the second of a pair may suspend the instance ----
 *
 * By JavaScript Promise Integration, or where the build is instrumented for it (cmake/asyncify.sh) by
 * unwinding the stack, which is then called to come back by the same call.
 */

QJSP__FFI_IMPORT("free_host_ref") void qjsp__ffi_host_free_ref(JSRuntime *rt, int32_t id);
/* A number for a function that goes to another side; the box is the host's. */
QJSP__FFI_IMPORT("name_function")
uint32_t qjsp__ffi_host_name_function(JSContext *ctx, JSValue *function);
QJSP__FFI_IMPORT("should_interrupt") int qjsp__ffi_host_interrupt(JSRuntime *rt);
/* A box, which is the callee's, or NULL: undefined. */
QJSP__FFI_IMPORT("call_function")
JSValue *qjsp__ffi_host_call(JSContext *ctx, const JSValue *this_val, int argc, const JSValue *argv,
                             int32_t id);
QJSP__FFI_IMPORT_WAIT("call_function")
JSValue *qjsp__ffi_host_call_wait(JSContext *ctx, const JSValue *this_val, int argc,
                                  const JSValue *argv, int32_t id);
/* Text of malloc, which is the callee's, or NULL: an exception may be pending. */
QJSP__FFI_IMPORT("load_module")
char *qjsp__ffi_host_load(JSRuntime *rt, JSContext *ctx, const char *name);
QJSP__FFI_IMPORT_WAIT("load_module")
char *qjsp__ffi_host_load_wait(JSRuntime *rt, JSContext *ctx, const char *name);
QJSP__FFI_IMPORT("normalize_module")
char *qjsp__ffi_host_normalize(JSRuntime *rt, JSContext *ctx, const char *base, const char *name);
QJSP__FFI_IMPORT_WAIT("normalize_module")
char *qjsp__ffi_host_normalize_wait(JSRuntime *rt, JSContext *ctx, const char *base,
                                    const char *name);

#endif
