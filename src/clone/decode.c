/* SPDX-License-Identifier: MIT */
/* Bytes to values: the loop over the stack of containers being filled. */
#include "clone/decode.h"

#include <limits.h>
#include <string.h>

#include "base/checked.h"

enum {
    TICKS = 1000,
    DEFAULT_DEPTH = 10000,
    HIDDEN = JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE, /* what Error fields are */
};

bool qjsp__decode_malformed(qjsp__decoder *d, size_t offset, const char *problem)
{
    JS_ThrowTypeError(d->ctx, "cannot decode value: %s at byte %zu", problem, offset);
    return false;
}

static bool has_proto(qjsp__decoder *d, JSValueConst object, qjsp__intrinsic which)
{
    JSValue proto = JS_IsObject(object) ? JS_GetPrototype(d->ctx, object) : JS_UNDEFINED;
    bool is_same = JS_IsStrictEqual(d->ctx, proto, d->in->values[which]);

    JS_FreeValue(d->ctx, proto);
    return is_same;
}

bool qjsp__decode_refused(qjsp__decoder *d, size_t offset, const char *problem)
{
    JSValue error = JS_GetException(d->ctx);

    if (!has_proto(d, error, QJSP__IN_SYNTAX_ERROR_PROTO) &&
        !has_proto(d, error, QJSP__IN_RANGE_ERROR_PROTO)) {
        JS_Throw(d->ctx, error);
        return false;
    }
    JS_FreeValue(d->ctx, error);
    return qjsp__decode_malformed(d, offset, problem);
}

static const char *problem_of(qjsp_status st)
{
    if (st == QJSP_ERR_TRUNCATED)
        return "unexpected end";
    return st == QJSP_ERR_LIMIT ? "too many items" : "malformed item";
}

bool qjsp__decode_next(qjsp__decoder *d, qjsp_token *token)
{
    size_t at = d->reader.pos;
    qjsp_status st = qjsp_reader_next(&d->reader, token);

    return st == QJSP_OK || qjsp__decode_malformed(d, at, problem_of(st));
}

/* Room for one more in a run of the engine's memory. inline_run: what it is
 * before it first grows, NULL for none. */
static void *run_grow(JSContext *ctx, void *run, void *inline_run, size_t *cap, size_t size)
{
    size_t new_cap = *cap == 0 ? 16 : *cap * 2, bytes;
    bool is_inline = run == inline_run && run != NULL;
    void *grown;

    if (!qjsp__size_mul(new_cap, size, &bytes)) {
        JS_ThrowOutOfMemory(ctx);
        return NULL;
    }
    grown = js_realloc(ctx, is_inline ? NULL : run, bytes);
    if (grown == NULL)
        return NULL;
    if (is_inline)
        memcpy(grown, run, *cap * size);
    *cap = new_cap;
    return grown;
}

/* Takes value. */
static bool items_push(qjsp__decoder *d, JSValue value)
{
    if (d->nitems == d->items_cap) {
        JSValue *grown = run_grow(d->ctx, d->items, NULL, &d->items_cap, sizeof *grown);

        if (grown == NULL) {
            JS_FreeValue(d->ctx, value);
            return false;
        }
        d->items = grown;
    }
    d->items[d->nitems++] = value;
    return true;
}

size_t qjsp__decode_slot(qjsp__decoder *d)
{
    if (d->nshared == d->shared_cap) {
        JSValue *grown = run_grow(d->ctx, d->shared, NULL, &d->shared_cap, sizeof *grown);

        if (grown == NULL)
            return QJSP__NO_SLOT;
        d->shared = grown;
    }
    d->shared[d->nshared] = JS_UNINITIALIZED;
    return d->nshared++;
}

void qjsp__decode_fill_slot(qjsp__decoder *d, size_t slot, JSValueConst value)
{
    if (slot != QJSP__NO_SLOT)
        d->shared[slot] = JS_DupValue(d->ctx, value);
}

qjsp__step qjsp__decode_open(qjsp__decoder *d, qjsp__fill_kind kind, JSValue target,
                             uint64_t nvalues, size_t offset)
{
    bool is_ok = !JS_IsException(target);

    if (is_ok && d->nfills >= d->max_depth)
        is_ok = qjsp__decode_malformed(d, offset, "too deeply nested item");
    if (is_ok && nvalues > INT32_MAX)
        is_ok = qjsp__decode_malformed(d, offset, "too large item");
    if (is_ok && d->nfills == d->fills_cap) {
        qjsp__fill *grown = run_grow(d->ctx, d->fills, d->first, &d->fills_cap, sizeof *grown);

        is_ok = grown != NULL;
        d->fills = is_ok ? grown : d->fills;
    }
    if (!is_ok) {
        JS_FreeValue(d->ctx, target);
        return QJSP__STEP_FAILED;
    }
    d->fills[d->nfills++] = (qjsp__fill){
        .kind = kind,
        .left = nvalues,
        .base = d->nitems,
        .target = target,
    };
    return QJSP__STEP_OPENED;
}

/* The engine looks atoms of UTF-8 text up as if it were Latin-1, which
 * may find another key: only ASCII goes the short way. */
static JSAtom key_atom(qjsp__decoder *d, qjsp_bytes text)
{
    uint8_t any = 0;
    JSValue string;
    JSAtom atom;

    for (size_t i = 0; i < text.len; i++)
        any |= text.data[i];
    if (any < 0x80)
        return JS_NewAtomLen(d->ctx, (const char *)text.data, text.len);
    string = qjsp__decode_text(d, text);
    if (JS_IsException(string))
        return JS_ATOM_NULL;
    atom = JS_ValueToAtom(d->ctx, string);
    JS_FreeValue(d->ctx, string);
    return atom;
}

static bool is_error_key(const qjsp__intrinsics *in, JSAtom key)
{
    return key == in->name || key == in->message || key == in->stack || key == in->cause ||
           key == in->errors;
}

/* Objects and Errors: the key comes before each value. */
static bool read_key(qjsp__decoder *d)
{
    qjsp__fill *top = &d->fills[d->nfills - 1];
    qjsp_token token;

    if (!qjsp__decode_next(d, &token))
        return false;
    if (token.kind != QJSP_TOKEN_TEXT)
        return qjsp__decode_malformed(d, token.offset, "key that is no text");
    top->key = key_atom(d, token.u.bytes);
    return top->key != JS_ATOM_NULL;
}

/* Takes value. */
static bool put_property(qjsp__decoder *d, qjsp__fill *fill, JSValue value, int flags)
{
    JSAtom key = fill->key;
    int r = JS_DefinePropertyValue(d->ctx, fill->target, key, value, flags);

    JS_FreeAtom(d->ctx, key);
    fill->key = JS_ATOM_NULL;
    return r > 0 || (r == 0 && qjsp__decode_malformed(d, d->reader.pos, "key that cannot be set"));
}

/* An Error's class is known by its name only. Takes value; gives its text up
 * when the prototype says it. */
static bool put_error_name(qjsp__decoder *d, qjsp__fill *fill, JSValue value)
{
    size_t len;
    const char *name = JS_ToCStringLen(d->ctx, &len, value);
    JSValueConst proto;

    if (name == NULL) {
        JS_FreeValue(d->ctx, value);
        return false;
    }
    proto = qjsp__intrinsics_error_proto(d->in, (qjsp_bytes){ (const uint8_t *)name, len });
    JS_FreeCString(d->ctx, name);
    if (JS_IsUndefined(proto))
        return put_property(d, fill, value, HIDDEN);
    JS_FreeValue(d->ctx, value);
    JS_FreeAtom(d->ctx, fill->key);
    fill->key = JS_ATOM_NULL;
    return JS_SetPrototype(d->ctx, fill->target, proto) >= 0;
}

/* Takes value. */
static bool put_error_field(qjsp__decoder *d, qjsp__fill *fill, JSValue value)
{
    const qjsp__intrinsics *in = d->in;
    bool is_right = true;

    if (!is_error_key(in, fill->key)) { /* passed over, but its tags 28 count */
        JS_FreeValue(d->ctx, value);
        JS_FreeAtom(d->ctx, fill->key);
        fill->key = JS_ATOM_NULL;
        return true;
    }
    if (fill->key == in->errors)
        is_right = JS_IsArray(value);
    else if (fill->key != in->cause)
        is_right = JS_IsString(value);
    if (!is_right) {
        JS_FreeValue(d->ctx, value);
        return qjsp__decode_malformed(d, d->reader.pos, "wrong field of an Error");
    }
    if (fill->key == in->name)
        return put_error_name(d, fill, value);
    return put_property(d, fill, value, HIDDEN);
}

/* Takes value. */
static bool put_item(qjsp__decoder *d, qjsp__fill *fill, JSValue value)
{
    uint32_t index = fill->index++;

    if (JS_IsUninitialized(value)) {
        fill->has_holes = true;
        return true;
    }
    return JS_DefinePropertyValueUint32(d->ctx, fill->target, index, value, JS_PROP_C_W_E) >= 0;
}

/* Calls set or add with the values from fill->base on, and drops them. */
static bool collection_call(qjsp__decoder *d, const qjsp__fill *fill, qjsp__intrinsic which)
{
    size_t n = d->nitems - fill->base;
    JSValue done =
        JS_Call(d->ctx, d->in->values[which], fill->target, (int)n, &d->items[fill->base]);

    while (d->nitems > fill->base)
        JS_FreeValue(d->ctx, d->items[--d->nitems]);
    if (JS_IsException(done))
        return false;
    JS_FreeValue(d->ctx, done);
    return true;
}

/* Takes value: puts it where the innermost open container wants it. */
static bool deliver(qjsp__decoder *d, JSValue value)
{
    qjsp__fill *top = &d->fills[d->nfills - 1];
    bool takes_holes = top->kind == QJSP__FILL_LIST || top->kind == QJSP__FILL_ARRAY;

    if (JS_IsUninitialized(value) && !takes_holes)
        return qjsp__decode_malformed(d, d->reader.pos, "hole outside an array");
    top->left--;
    switch (top->kind) {
    case QJSP__FILL_LIST: top->has_holes |= JS_IsUninitialized(value); return items_push(d, value);
    case QJSP__FILL_ARRAY: return put_item(d, top, value);
    case QJSP__FILL_OBJECT: return put_property(d, top, value, JS_PROP_C_W_E);
    case QJSP__FILL_ERROR: return put_error_field(d, top, value);
    case QJSP__FILL_MAP:
        return items_push(d, value) &&
               (top->left % 2 != 0 || collection_call(d, top, QJSP__IN_MAP_SET));
    case QJSP__FILL_SET: return items_push(d, value) && collection_call(d, top, QJSP__IN_SET_ADD);
    }
    return false;
}

/* Some items are missing: one by one, then the length. Takes the items. */
static JSValue close_holey(qjsp__decoder *d, const qjsp__fill *fill)
{
    qjsp__fill array = { .kind = QJSP__FILL_ARRAY, .target = JS_NewArray(d->ctx) };
    bool is_ok = !JS_IsException(array.target);

    for (size_t i = fill->base; i < d->nitems; i++) {
        if (is_ok)
            is_ok = put_item(d, &array, d->items[i]);
        else
            JS_FreeValue(d->ctx, d->items[i]);
    }
    d->nitems = fill->base;
    if (is_ok && JS_SetLength(d->ctx, array.target, array.index) >= 0)
        return array.target;
    JS_FreeValue(d->ctx, array.target);
    return JS_EXCEPTION;
}

static JSValue close_list(qjsp__decoder *d, const qjsp__fill *fill)
{
    size_t n = d->nitems - fill->base;

    if (fill->has_holes)
        return close_holey(d, fill);
    d->nitems = fill->base;
    if (n == 0)
        return JS_NewArray(d->ctx);
    return JS_NewArrayFrom(d->ctx, (int)n, &d->items[fill->base]); /* takes them */
}

/* The innermost container is complete. */
static JSValue close_top(qjsp__decoder *d)
{
    qjsp__fill *top = &d->fills[--d->nfills];

    if (top->kind == QJSP__FILL_LIST)
        return close_list(d, top);
    if (top->has_holes && JS_SetLength(d->ctx, top->target, top->index) < 0) {
        JS_FreeValue(d->ctx, top->target);
        return JS_EXCEPTION;
    }
    return top->target;
}

/* Hands complete containers on, from the inside out. True: *out is the whole
 * value, or an exception. */
static bool close_complete(qjsp__decoder *d, JSValue *out)
{
    while (d->nfills > 0 && d->fills[d->nfills - 1].left == 0) {
        *out = close_top(d);
        if (d->nfills == 0 || JS_IsException(*out))
            return true;
        if (!deliver(d, *out)) {
            *out = JS_EXCEPTION;
            return true;
        }
    }
    return false;
}

static bool poll(qjsp__decoder *d)
{
    JSValue error;

    if (--d->ticks != 0)
        return true;
    d->ticks = TICKS;
    if (d->limits->interrupted == NULL || !d->limits->interrupted(d->limits->ud))
        return true;
    JS_ThrowInternalError(d->ctx, "interrupted");
    error = JS_GetException(d->ctx);
    JS_SetUncatchableError(d->ctx, error);
    JS_Throw(d->ctx, error);
    return false;
}

static bool wants_key(const qjsp__decoder *d)
{
    const qjsp__fill *top;

    if (d->nfills == 0)
        return false;
    top = &d->fills[d->nfills - 1];
    return top->kind == QJSP__FILL_OBJECT || top->kind == QJSP__FILL_ERROR;
}

static JSValue run(qjsp__decoder *d)
{
    JSValue value = JS_UNDEFINED;
    qjsp__step step;

    for (;;) {
        if (wants_key(d) && !read_key(d))
            return JS_EXCEPTION;
        step = qjsp__decode_item(d, &value);
        if (step == QJSP__STEP_FAILED)
            return JS_EXCEPTION;
        if (step == QJSP__STEP_VALUE && d->nfills == 0)
            return value;
        if (step == QJSP__STEP_VALUE && !deliver(d, value))
            return JS_EXCEPTION;
        if (close_complete(d, &value))
            return value;
        if (!poll(d))
            return JS_EXCEPTION;
    }
}

static void decoder_init(qjsp__decoder *d, JSContext *ctx, const qjsp__intrinsics *in,
                         qjsp_bytes bytes, const qjsp__clone_limits *limits)
{
    if (bytes.data == NULL)
        bytes.data = (const uint8_t *)""; /* NULL + 0 is undefined */
    /* not by a compound literal: it would clear `first` as well */
    d->ctx = ctx;
    d->in = in;
    d->limits = limits;
    qjsp_reader_init(&d->reader, bytes, limits->max_nodes);
    d->max_depth = limits->max_depth == 0 ? DEFAULT_DEPTH : limits->max_depth;
    d->ticks = TICKS;
    d->fills = d->first;
    d->nfills = 0;
    d->fills_cap = QJSP__FILLS_FIRST;
    d->items = NULL;
    d->nitems = d->items_cap = 0;
    d->shared = NULL;
    d->nshared = d->shared_cap = 0;
}

static void decoder_fini(qjsp__decoder *d)
{
    for (size_t i = 0; i < d->nfills; i++) {
        JS_FreeAtom(d->ctx, d->fills[i].key);
        JS_FreeValue(d->ctx, d->fills[i].target);
    }
    if (d->fills != d->first)
        js_free(d->ctx, d->fills);
    for (size_t i = 0; i < d->nitems; i++)
        JS_FreeValue(d->ctx, d->items[i]);
    js_free(d->ctx, d->items);
    for (size_t i = 0; i < d->nshared; i++)
        JS_FreeValue(d->ctx, d->shared[i]);
    js_free(d->ctx, d->shared);
}

/* Takes value. */
static JSValue check_whole(qjsp__decoder *d, JSValue value)
{
    if (JS_IsException(value))
        return value;
    if (JS_IsUninitialized(value))
        qjsp__decode_malformed(d, 0, "hole outside an array");
    else if (d->reader.pos != d->reader.len)
        qjsp__decode_malformed(d, d->reader.pos, "more than one value");
    else
        return value;
    JS_FreeValue(d->ctx, value);
    return JS_EXCEPTION;
}

JSValue qjsp__decode(JSContext *ctx, const qjsp__intrinsics *in, qjsp_bytes bytes,
                     const qjsp__clone_limits *limits)
{
    qjsp__decoder d;
    JSValue value;

    decoder_init(&d, ctx, in, bytes, limits);
    value = check_whole(&d, run(&d));
    decoder_fini(&d);
    /* The engine may leave "out of memory" behind where it went on all the same. */
    if (!JS_IsException(value) && JS_HasException(ctx))
        JS_FreeValue(ctx, JS_GetException(ctx));
    return value;
}
