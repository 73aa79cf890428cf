/* SPDX-License-Identifier: MIT */
/* Containers: their heads, and the frames from which encode.c writes the rest. */
#include <qjspool/value.h>

#include "clone/encode.h"

enum { SPARSE_FROM = 64 }; /* shorter arrays always show their holes */

typedef struct own_keys {
    JSPropertyEnum *tab;
    uint32_t n;
} own_keys;

static bool keys_read(qjsp__encoder *e, JSValueConst object, own_keys *out)
{
    if (JS_GetOwnPropertyNames(e->ctx, &out->tab, &out->n, object,
                               JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) == 0)
        return true;
    qjsp__encode_threw(e);
    return false;
}

/* Takes object and keys. */
static void push_keys(qjsp__encoder *e, JSValue object, own_keys keys)
{
    uint32_t shown = qjsp__encode_reserve(e, keys.n, 2);
    bool is_cut = shown < keys.n;
    size_t head = e->buf->len;

    qjsp_write_map(e->buf, (uint64_t)shown + is_cut);
    qjsp__encode_push(e, (qjsp__frame){
                             .kind = QJSP__FRAME_KEYS,
                             .is_cut = is_cut,
                             .object = object,
                             .keys = keys.tab,
                             .nkeys = keys.n,
                             .count = shown,
                             .head = head,
                         });
}

void qjsp__encode_keys(qjsp__encoder *e, JSValue object)
{
    own_keys keys;

    if (keys_read(e, object, &keys))
        push_keys(e, object, keys);
    else
        JS_FreeValue(e->ctx, object);
}

/* Takes items. */
static void push_items(qjsp__encoder *e, qjsp__frame_kind kind, JSValue items, uint32_t n,
                       bool has_holes)
{
    bool is_pairs = kind == QJSP__FRAME_PAIRS;
    uint32_t each = is_pairs ? 2 : 1;
    uint32_t shown = qjsp__encode_reserve(e, n / each, each);
    bool is_cut = shown < n / each;

    if (is_pairs)
        qjsp_write_map(e->buf, (uint64_t)shown + is_cut);
    else
        qjsp_write_array(e->buf, (uint64_t)shown + is_cut);
    qjsp__encode_push(e, (qjsp__frame){
                             .kind = kind,
                             .is_cut = is_cut,
                             .has_holes = has_holes,
                             .object = items,
                             .count = shown * each,
                         });
}

static bool is_index(const char *text, size_t len)
{
    uint64_t n = 0;

    if (len == 0 || len > 10 || (text[0] == '0' && len > 1))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(text[i] - '0');
    }
    return n < UINT32_MAX;
}

/* Keys come with all indices first, in order: the last one tells. */
static bool has_only_indices(JSContext *ctx, own_keys keys)
{
    JSAtom last = keys.n == 0 ? JS_ATOM_NULL : keys.tab[keys.n - 1].atom;
    JSAtom dense = keys.n == 0 ? JS_ATOM_NULL : JS_NewAtomUInt32(ctx, keys.n - 1);
    bool is_dense = last == dense, is_last_index;
    const char *text;
    size_t len;

    JS_FreeAtom(ctx, dense);
    if (is_dense)
        return true;
    text = JS_AtomToCStringLen(ctx, &len, last);
    if (text == NULL) { /* out of memory; the other form is right as well */
        JS_FreeValue(ctx, JS_GetException(ctx));
        return false;
    }
    is_last_index = is_index(text, len);
    JS_FreeCString(ctx, text);
    return is_last_index;
}

static void encode_array(qjsp__encoder *e, JSValueConst array)
{
    JSContext *ctx = e->ctx;
    own_keys keys;
    int64_t len;

    if (JS_GetLength(ctx, array, &len) < 0) {
        qjsp__encode_threw(e);
        return;
    }
    if (!keys_read(e, array, &keys))
        return;
    if (has_only_indices(ctx, keys) && (len <= SPARSE_FROM || keys.n >= len / 2)) {
        JS_FreePropertyEnum(ctx, keys.tab, keys.n);
        push_items(e, QJSP__FRAME_ITEMS, JS_DupValue(ctx, array), (uint32_t)len, keys.n < len);
        return;
    }
    qjsp_write_tag(e->buf, QJSP_TAG_OBJECT);
    qjsp_write_array(e->buf, 3);
    qjsp_write_cstr(e->buf, "Array");
    qjsp_write_int(e->buf, len);
    push_keys(e, JS_DupValue(ctx, array), keys);
}

/* A copy of a Map's or Set's content, so that getters that run while it is
 * written change nothing in it. */
static JSValue snapshot(qjsp__encoder *e, JSValueConst object, qjsp__intrinsic for_each,
                        qjsp__intrinsic collect)
{
    JSValue array = JS_NewArray(e->ctx);
    JSValue args[2] = { e->in->values[collect], array };
    JSValue done;

    if (JS_IsException(array))
        return array;
    done = JS_Call(e->ctx, e->in->values[for_each], object, 2, args);
    if (!JS_IsException(done))
        return array;
    JS_FreeValue(e->ctx, array);
    return JS_EXCEPTION;
}

static void encode_collection(qjsp__encoder *e, JSValueConst object, bool is_map)
{
    JSValue items = is_map ? snapshot(e, object, QJSP__IN_MAP_FOR_EACH, QJSP__IN_COLLECT_PAIR)
                           : snapshot(e, object, QJSP__IN_SET_FOR_EACH, QJSP__IN_COLLECT_MEMBER);
    int64_t len;

    if (JS_IsException(items) || JS_GetLength(e->ctx, items, &len) < 0) {
        JS_FreeValue(e->ctx, items);
        qjsp__encode_threw(e);
        return;
    }
    qjsp_write_tag(e->buf, is_map ? QJSP_TAG_MAP : QJSP_TAG_SET);
    push_items(e, is_map ? QJSP__FRAME_PAIRS : QJSP__FRAME_SET, items, (uint32_t)len, false);
}

void qjsp__encode_container(qjsp__encoder *e, JSValueConst object, qjsp__object_kind kind)
{
    /* its uninitialised exports throw, which consoles must not see */
    if (kind == QJSP__KIND_MODULE && qjsp__encode_is_lenient(e)) {
        qjsp__encode_refuse(e, object, NULL);
        return;
    }
    qjsp__encode_remember(e, object);
    switch (kind) {
    case QJSP__KIND_ARRAY: encode_array(e, object); break;
    case QJSP__KIND_MAP:
    case QJSP__KIND_SET: encode_collection(e, object, kind == QJSP__KIND_MAP); break;
    case QJSP__KIND_ERROR:
    case QJSP__KIND_DOM_EXCEPTION: qjsp__encode_error(e, object, kind); break;
    default: qjsp__encode_keys(e, JS_DupValue(e->ctx, object)); break;
    }
}
