/* SPDX-License-Identifier: MIT */
/*
 * Host functions: blocking ones are called here and now; of asynchronous ones
 * the arguments are kept until the driver fetches them, and a promise waits in the
 * realm. Only bytes cross.
 */
#include <qjspool/value.h>
#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "isolate/apply.h"
#include "isolate/fault.h"
#include "isolate/isolate.h"

/* ---- from the guest ---- */

/* The arguments as one CBOR array, appended to buf; false: an exception is pending. */
static bool write_arguments(qjsp_isolate *iso, int argc, JSValueConst *argv, qjsp_buffer *buf)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    JSValue array = qjsp__array_from(ctx, argc, argv);
    qjsp_status st;

    if (JS_IsException(array))
        return false;
    st = qjsp__encode(ctx, iso->realm->intrinsics, array, "arguments", &limits, buf);
    JS_FreeValue(ctx, array);
    buf->status = QJSP_OK; /* said by st; the buffer was cut back */
    if (st == QJSP_OK)
        return true;
    if (st == QJSP_ERR_LIMIT)
        JS_ThrowRangeError(ctx, "the arguments of a host call are too large");
    else if (st == QJSP_ERR_TIMEOUT)
        (void)qjsp__isolate_may_call_out(iso);
    else if (st != QJSP_ERR_EXCEPTION)
        JS_ThrowOutOfMemory(ctx);
    return false;
}

static JSValue decode(qjsp_isolate *iso, qjsp_bytes value)
{
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);

    if (value.len == 0)
        return JS_UNDEFINED;
    return qjsp__decode(iso->realm->ctx, iso->realm->intrinsics, value, &limits);
}

static JSValue throw_failure(qjsp_isolate *iso, const qjsp_host_function *fn, qjsp_status st,
                             const qjsp_buffer *out)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue error;

    if (out->len == 0 || out->status != QJSP_OK)
        return JS_ThrowPlainError(ctx, "host function %s failed: %s", fn->name,
                                  qjsp_status_name(st));
    error = decode(iso, qjsp_buffer_peek(out));
    return JS_IsException(error) ? error : JS_Throw(ctx, error);
}

static JSValue call_blocking(qjsp_isolate *iso, const qjsp_host_function *fn, int argc,
                             JSValueConst *argv)
{
    qjsp_buffer args, out;
    qjsp_status st;
    JSValue ret = JS_EXCEPTION;

    qjsp_buffer_init(&args, iso->alloc, iso->opt.result_limit);
    qjsp_buffer_init(&out, iso->alloc, iso->opt.result_limit);
    if (write_arguments(iso, argc, argv, &args)) {
        st = fn->call(fn->ud, qjsp_buffer_peek(&args), &out);
        if (st == QJSP_OK && out.status != QJSP_OK)
            st = out.status;
        /* the time limit may have passed in there */
        if (!qjsp__isolate_may_call_out(iso))
            ret = JS_EXCEPTION;
        else if (st == QJSP_OK)
            ret = decode(iso, qjsp_buffer_peek(&out));
        else
            ret = throw_failure(iso, fn, st, &out);
    }
    qjsp_buffer_fini(&args);
    qjsp_buffer_fini(&out);
    return ret;
}

static bool reserve_pending(qjsp__realm *realm)
{
    uint32_t cap = realm->pending_cap == 0 ? 8 : realm->pending_cap * 2;
    qjsp__pending *pending;

    if (realm->npending < realm->pending_cap)
        return true;
    pending = js_realloc(realm->ctx, realm->pending, cap * sizeof *pending);
    if (pending == NULL)
        return false;
    realm->pending = pending;
    realm->pending_cap = cap;
    return true;
}

static bool reserve_outcall(qjsp_isolate *iso)
{
    uint32_t cap = iso->outcall_cap == 0 ? 8 : iso->outcall_cap * 2;
    qjsp__outcall *outcalls;

    if (iso->next_outcall == iso->noutcalls) { /* all fetched: begin again */
        iso->next_outcall = iso->noutcalls = 0;
        qjsp_buffer_clear(&iso->outcall_args);
    }
    if (iso->noutcalls < iso->outcall_cap)
        return true;
    outcalls = qjsp__realloc(iso->alloc, iso->outcalls, cap * sizeof *outcalls);
    if (outcalls == NULL)
        return false;
    iso->outcalls = outcalls;
    iso->outcall_cap = cap;
    return true;
}

/* The driver's side and the guest's side of one call. args is copied. */
static JSValue add_call(qjsp_isolate *iso, uint32_t function, qjsp_bytes args)
{
    qjsp__realm *realm = iso->realm;
    JSContext *ctx = realm->ctx;
    JSValue resolving[2], promise;
    size_t offset;

    if (realm->npending >= iso->opt.call_limit)
        return JS_ThrowRangeError(ctx, "at most %u host calls in flight",
                                  (unsigned)iso->opt.call_limit);
    if (!reserve_pending(realm))
        return JS_EXCEPTION;
    if (!reserve_outcall(iso))
        return JS_ThrowOutOfMemory(ctx);
    offset = iso->outcall_args.len;
    qjsp_buffer_append(&iso->outcall_args, args.data, args.len);
    if (iso->outcall_args.status != QJSP_OK) {
        iso->outcall_args.status = QJSP_OK; /* nothing was added */
        return JS_ThrowRangeError(ctx, "the arguments of the host calls in flight are too large");
    }
    promise = JS_NewPromiseCapability(ctx, resolving);
    if (JS_IsException(promise)) {
        iso->outcall_args.len = offset;
        return promise;
    }
    realm->pending[realm->npending++] = (qjsp__pending){
        .id = iso->next_call_id,
        .resolve = resolving[0],
        .reject = resolving[1],
    };
    iso->outcalls[iso->noutcalls++] = (qjsp__outcall){
        .id = iso->next_call_id++,
        .function = function,
        .offset = offset,
        .len = args.len,
    };
    return promise;
}

static JSValue call_async(qjsp_isolate *iso, uint32_t function, int argc, JSValueConst *argv)
{
    qjsp_buffer args; /* its own: a getter among the arguments may call the host as well */
    JSValue promise = JS_EXCEPTION;

    qjsp_buffer_init(&args, iso->alloc, iso->opt.result_limit);
    if (write_arguments(iso, argc, argv, &args))
        promise = add_call(iso, function, qjsp_buffer_peek(&args));
    qjsp_buffer_fini(&args);
    return promise;
}

static JSValue call_host(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                         int magic, JSValueConst *data)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    const qjsp_host_function *fn = &iso->opt.host_functions[magic];

    (void)this_val;
    (void)data;
    if (!qjsp__isolate_may_call_out(iso))
        return JS_EXCEPTION;
    if (fn->call != NULL)
        return call_blocking(iso, fn, argc, argv);
    return call_async(iso, (uint32_t)magic, argc, argv);
}

/* ---- functions that came with globals ---- */

/* The host function that calls them; -1: there is none. */
static int find_carrier(const qjsp_isolate *iso)
{
    for (size_t i = 0; i < iso->opt.nhost_functions; i++) {
        if (iso->opt.host_functions[i].name[0] == '\0')
            return (int)i;
    }
    return -1;
}

/* data[0]: its number, which goes before its arguments. */
static JSValue call_carried(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                            int magic, JSValueConst *data)
{
    JSValueConst *args = js_malloc(ctx, (size_t)(argc + 1) * sizeof *args);
    JSValue ret;

    if (args == NULL)
        return JS_EXCEPTION;
    args[0] = data[0];
    for (int i = 0; i < argc; i++)
        args[i + 1] = argv[i];
    ret = call_host(ctx, this_val, argc + 1, args, magic, NULL);
    js_free(ctx, args);
    return ret;
}

JSValue qjsp__hostcall_carry(void *ud, JSContext *ctx, uint32_t id, JSValueConst name)
{
    int carrier = find_carrier(ud);
    const char *text = JS_ToCString(ctx, name);
    JSValue number = JS_NewUint32(ctx, id), function;

    if (text == NULL)
        return JS_EXCEPTION;
    function = carrier < 0 ? JS_ThrowTypeError(ctx, "a function that nobody can call")
                           : JS_NewCFunctionData2(ctx, call_carried, text, 0, carrier, 1, &number);
    JS_FreeCString(ctx, text);
    return function;
}

/* ---- to and from the driver ---- */

bool qjsp_isolate_next_call(qjsp_isolate *iso, qjsp_isolate_call *call)
{
    const qjsp__outcall *out;

    if (iso->next_outcall == iso->noutcalls || iso->phase != QJSP__PHASE_RUNNING)
        return false;
    out = &iso->outcalls[iso->next_outcall++];
    *call = (qjsp_isolate_call){
        .id = out->id,
        .function = out->function,
        .args = { iso->outcall_args.data + out->offset, out->len },
    };
    return true;
}

static qjsp__pending *find_pending(qjsp__realm *realm, uint64_t id)
{
    for (uint32_t i = 0; i < realm->npending; i++) {
        if (realm->pending[i].id == id)
            return &realm->pending[i];
    }
    return NULL;
}

/* Settling a promise with an object looks for its `then`: guest code may run. */
static void settle(qjsp_isolate *iso, JSValueConst function, JSValue value)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue ret = JS_Call(ctx, function, JS_UNDEFINED, 1, &value);

    if (JS_IsException(ret))
        JS_FreeValue(ctx, JS_GetException(ctx)); /* interrupted: the next poll says so */
    JS_FreeValues(ctx, ret, value);
}

typedef struct answer {
    qjsp_isolate *iso;
    const qjsp__pending *pending;
    bool is_rejected;
    qjsp_bytes value;
} answer;

static void enter_answer(void *ud)
{
    answer *a = ud;
    JSContext *ctx = a->iso->realm->ctx;
    JSValue argument = decode(a->iso, a->value);

    if (JS_IsException(argument)) {
        argument = JS_GetException(ctx);
        a->is_rejected = true;
    }
    settle(a->iso, a->is_rejected ? a->pending->reject : a->pending->resolve, argument);
    JS_FreeValues(ctx, a->pending->resolve, a->pending->reject);
}

qjsp_status qjsp_isolate_resolve(qjsp_isolate *iso, uint64_t id, bool is_rejected, qjsp_bytes value)
{
    qjsp__realm *realm = iso->realm;
    qjsp__pending *found, pending;

    if (iso->phase != QJSP__PHASE_RUNNING)
        return QJSP_ERR_INVALID;
    found = find_pending(realm, id);
    if (found == NULL)
        return QJSP_ERR_INVALID;
    pending = *found;
    *found = realm->pending[--realm->npending];
    qjsp__isolate_enter(iso, qjsp__isolate_now_ms(iso));
    if (!qjsp__fault_call(enter_answer, &(answer){ iso, &pending, is_rejected, value }))
        qjsp__finish_fault(iso);
    qjsp__isolate_leave(iso);
    return QJSP_OK;
}

void qjsp__hostcall_clear(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;

    while (realm->npending > 0) {
        qjsp__pending *gone = &realm->pending[--realm->npending];

        JS_FreeValues(realm->ctx, gone->resolve, gone->reject);
    }
}

/* ---- names in the guest ---- */

/* The group's object, made when it is first named. */
static JSValue get_group(JSContext *ctx, JSValueConst global, const char *name, size_t len)
{
    JSAtom atom = JS_NewAtomLen(ctx, name, len);
    JSValue group = JS_EXCEPTION;

    if (atom == JS_ATOM_NULL)
        return group;
    group = JS_GetProperty(ctx, global, atom);
    if (JS_IsUndefined(group)) {
        group = JS_NewObject(ctx);
        if (!JS_IsException(group) &&
            JS_DefinePropertyValue(ctx, global, atom, JS_DupValue(ctx, group), JS_PROP_C_W_E) < 0) {
            JS_FreeValue(ctx, group);
            group = JS_EXCEPTION;
        }
    }
    JS_FreeAtom(ctx, atom);
    return group;
}

static bool install_one(JSContext *ctx, JSValueConst global, const char *name, int index)
{
    const char *dot = strchr(name, '.');
    const char *own_name = dot == NULL ? name : dot + 1;
    JSValue target =
        dot == NULL ? JS_DupValue(ctx, global) : get_group(ctx, global, name, (size_t)(dot - name));
    JSValue function;
    int ret = -1;

    if (JS_IsException(target))
        return false;
    function = JS_NewCFunctionData2(ctx, call_host, own_name, 0, index, 0, NULL);
    if (!JS_IsException(function))
        ret = JS_DefinePropertyValueStr(ctx, target, own_name, function, JS_PROP_C_W_E);
    JS_FreeValue(ctx, target);
    return ret >= 0;
}

bool qjsp__hostcall_install(qjsp_isolate *iso, JSValueConst global)
{
    for (size_t i = 0; i < iso->opt.nhost_functions; i++) {
        if (iso->opt.host_functions[i].name[0] != '\0' &&
            !install_one(iso->realm->ctx, global, iso->opt.host_functions[i].name, (int)i))
            return false;
    }
    return true;
}
