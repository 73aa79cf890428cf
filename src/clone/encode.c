/* SPDX-License-Identifier: MIT */
/* Values to bytes: the loop over the stack of open containers. */
#include "clone/encode.h"

#include <string.h>

#include <qjspool/value.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "clone/own.h"

enum { TICKS = 1000, DEFAULT_DEPTH = 10000 };

static const char cut_text[] = "[...]";

static void drop_exception(qjsp__encoder *e)
{
    JS_FreeValue(e->ctx, JS_GetException(e->ctx));
}

void qjsp__encode_threw(qjsp__encoder *e)
{
    if (qjsp__encode_is_lenient(e)) {
        drop_exception(e);
        qjsp_write_cstr(e->buf, cut_text);
    } else if (e->status == QJSP_OK) {
        e->status = QJSP_ERR_EXCEPTION;
    } else if (e->status != QJSP_ERR_EXCEPTION) {
        drop_exception(e); /* what failed first is told, and nothing is pending then */
    }
}

uint32_t qjsp__encode_reserve(qjsp__encoder *e, uint32_t n, uint32_t nodes_each)
{
    uint64_t room = e->nodes_left / nodes_each;
    uint32_t shown = room < n ? (uint32_t)room : n;

    e->nodes_left -= (uint64_t)shown * nodes_each;
    if (shown < n && !qjsp__encode_is_lenient(e))
        e->status = QJSP_ERR_LIMIT;
    return shown;
}

void qjsp__encode_remember(qjsp__encoder *e, JSValueConst object)
{
    if (qjsp__identity_add(&e->seen, JS_VALUE_GET_PTR(object), e->buf->len) != QJSP_OK) {
        e->status = QJSP_ERR_NOMEM;
        return;
    }
    /* held, or a getter's temporary could die and its address mean another */
    JS_DupValue(e->ctx, object);
}

bool qjsp__encode_reference(qjsp__encoder *e, JSValueConst object)
{
    qjsp__identity_entry *entry = qjsp__identity_find(&e->seen, JS_VALUE_GET_PTR(object));

    if (entry == NULL)
        return false;
    if (qjsp__identity_refer(&e->seen, entry, e->buf) == QJSP_ERR_NOMEM)
        e->status = QJSP_ERR_NOMEM;
    return true;
}

static bool frames_grow(qjsp__encoder *e)
{
    qjsp__frame *old = e->frames == e->first ? NULL : e->frames;
    size_t cap = (size_t)e->frames_cap * 2, size;
    qjsp__frame *grown;

    if (cap > UINT32_MAX || !qjsp__size_mul(cap, sizeof *grown, &size))
        return false;
    grown = qjsp__realloc(e->buf->alloc, old, size);
    if (grown == NULL)
        return false;
    if (old == NULL)
        memcpy(grown, e->first, sizeof e->first);
    e->frames = grown;
    e->frames_cap = (uint32_t)cap;
    return true;
}

static void frame_free(qjsp__encoder *e, qjsp__frame *frame)
{
    if (frame->keys != NULL)
        JS_FreePropertyEnum(e->ctx, frame->keys, frame->nkeys);
    JS_FreeValue(e->ctx, frame->object);
}

void qjsp__encode_push(qjsp__encoder *e, qjsp__frame frame)
{
    if (!qjsp__encode_failed(e) && e->nframes == e->frames_cap && !frames_grow(e))
        e->status = QJSP_ERR_NOMEM;
    if (qjsp__encode_failed(e))
        frame_free(e, &frame);
    else
        e->frames[e->nframes++] = frame;
}

/* Whether it is a function, and functions go by number. */
static bool can_name(const qjsp__encoder *e, JSValueConst object)
{
    return e->limits->functions != NULL && !qjsp__encode_is_lenient(e) &&
           JS_IsFunction(e->ctx, object);
}

static void encode_object(qjsp__encoder *e, JSValueConst object)
{
    qjsp__object_kind kind = qjsp__intrinsics_kind(e->in, object);

    if (kind == QJSP__KIND_PROXY) { /* first: anything else could run its traps */
        qjsp__encode_refuse(e, object, "a Proxy");
        return;
    }
    if (kind == QJSP__KIND_OTHER && !can_name(e, object)) {
        qjsp__encode_refuse(e, object, NULL);
        return;
    }
    if (qjsp__encode_reference(e, object))
        return;
    if (kind == QJSP__KIND_OTHER) {
        qjsp__encode_function(e, object);
        return;
    }
    if (kind >= QJSP__KIND_DATE) {
        qjsp__encode_leaf(e, object, kind);
        return;
    }
    if (e->nframes < e->max_depth)
        qjsp__encode_container(e, object, kind);
    else if (qjsp__encode_is_lenient(e))
        qjsp_write_cstr(e->buf, cut_text);
    else
        e->status = QJSP_ERR_LIMIT;
}

/* False: the value needs more than the buffer. */
static bool write_primitive(qjsp_buffer *buf, JSValueConst value)
{
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT: qjsp_write_int(buf, JS_VALUE_GET_INT(value)); return true;
    case JS_TAG_FLOAT64: qjsp_write_number(buf, JS_VALUE_GET_FLOAT64(value)); return true;
    case JS_TAG_BOOL: qjsp_write_bool(buf, JS_VALUE_GET_BOOL(value)); return true;
    case JS_TAG_NULL: qjsp_write_null(buf); return true;
    case JS_TAG_UNDEFINED: qjsp_write_undefined(buf); return true;
    default: return false;
    }
}

void qjsp__encode_value(qjsp__encoder *e, JSValueConst value)
{
    if (write_primitive(e->buf, value))
        return;
    if (JS_IsObject(value))
        encode_object(e, value);
    else if (JS_IsString(value))
        qjsp__encode_string(e, value);
    else if (JS_IsBigInt(value))
        qjsp__encode_bigint(e, value);
    else
        qjsp__encode_refuse(e, value, JS_IsSymbol(value) ? "a symbol" : "an internal value");
}

/* An accessor's text in place of what it would return. */
static JSValue get_quietly(qjsp__encoder *e, JSValueConst object, JSAtom atom, bool *is_missing)
{
    JSValue value;
    qjsp__own own = qjsp__own_get(e->ctx, object, atom, &value);

    *is_missing = own == QJSP__OWN_NONE;
    return own == QJSP__OWN_ACCESSOR ? JS_NewString(e->ctx, "[Getter]") : value;
}

JSValue qjsp__encode_get(qjsp__encoder *e, JSValueConst object, JSAtom atom, bool *is_missing)
{
    JSValue value;

    *is_missing = false;
    if (qjsp__encode_is_lenient(e))
        return get_quietly(e, object, atom, is_missing);
    value = JS_GetProperty(e->ctx, object, atom);
    /* the key was there when the keys were read: only undefined needs a look */
    if (JS_IsUndefined(value)) {
        int found = JS_GetOwnProperty(e->ctx, NULL, object, atom);

        *is_missing = found == 0;
        if (found < 0)
            return JS_EXCEPTION;
    }
    return value;
}

static void write_key(qjsp__encoder *e, JSAtom atom)
{
    size_t len;
    const char *text = JS_AtomToCStringLen(e->ctx, &len, atom);

    if (text == NULL) {
        qjsp__encode_threw(e);
        return;
    }
    qjsp_write_text(e->buf, text, len);
    JS_FreeCString(e->ctx, text);
}

static void step_key(qjsp__encoder *e, qjsp__frame *frame)
{
    JSAtom atom = frame->keys[frame->next++].atom;
    bool is_missing;
    JSValue value = qjsp__encode_get(e, frame->object, atom, &is_missing);

    if (is_missing) {
        frame->missing++;
        return;
    }
    if (JS_IsException(value)) {
        if (qjsp__encode_is_lenient(e))
            write_key(e, atom);
        qjsp__encode_threw(e);
        return;
    }
    write_key(e, atom);
    if (!qjsp__encode_failed(e))
        qjsp__encode_value(e, value);
    JS_FreeValue(e->ctx, value);
}

/* An item of an array that may have holes, or accessors that must not run. */
static JSValue get_rare_item(qjsp__encoder *e, JSValueConst array, uint32_t index, bool *is_missing)
{
    JSAtom atom = JS_NewAtomUInt32(e->ctx, index);
    JSPropertyDescriptor desc;
    JSValue value = JS_EXCEPTION;
    int found = atom == JS_ATOM_NULL ? -1 : JS_GetOwnProperty(e->ctx, &desc, array, atom);

    *is_missing = found == 0;
    if (found > 0) {
        *is_missing = (desc.flags & JS_PROP_ENUMERABLE) == 0;
        JS_FreeValue(e->ctx, desc.value);
        JS_FreeValue(e->ctx, desc.getter);
        JS_FreeValue(e->ctx, desc.setter);
    }
    if (*is_missing)
        value = JS_UNDEFINED;
    else if (found > 0)
        value = qjsp__encode_get(e, array, atom, is_missing);
    JS_FreeAtom(e->ctx, atom);
    return value;
}

static JSValue get_item(qjsp__encoder *e, const qjsp__frame *frame, uint32_t index,
                        bool *is_missing)
{
    JSValue value = JS_UNDEFINED;

    *is_missing = false;
    if (!frame->has_holes && !qjsp__encode_is_lenient(e))
        value = JS_GetPropertyInt64(e->ctx, frame->object, index);
    /* a getter may have shortened the array */
    if (JS_IsUndefined(value))
        value = get_rare_item(e, frame->object, index, is_missing);
    return value;
}

static void step_item(qjsp__encoder *e, qjsp__frame *frame)
{
    bool is_missing;
    JSValue value = get_item(e, frame, frame->next++, &is_missing);

    if (JS_IsException(value))
        qjsp__encode_threw(e);
    else if (is_missing)
        qjsp_write_hole(e->buf);
    else
        qjsp__encode_value(e, value);
    JS_FreeValue(e->ctx, value);
}

/* The head of a map counts pairs; getters made it wrong. */
static void shrink_head(qjsp__encoder *e, const qjsp__frame *frame)
{
    qjsp_buffer *buf = e->buf;
    size_t end = buf->len, had, has;
    uint8_t old[9];

    qjsp_write_map(buf, frame->count);
    had = buf->len - end;
    buf->len = end;
    qjsp_write_map(buf, frame->count - frame->missing);
    if (buf->status != QJSP_OK)
        return;
    has = buf->len - end;
    memcpy(old, buf->data + end, has);
    buf->len = end - (had - has);
    memcpy(buf->data + frame->head, old, has);
    memmove(buf->data + frame->head + has, buf->data + frame->head + had, end - frame->head - had);
    qjsp__identity_moved(&e->seen, frame->head + had, had - has);
}

static void frame_pop(qjsp__encoder *e)
{
    qjsp__frame *frame = &e->frames[--e->nframes];

    if (frame->is_cut) {
        if (frame->kind == QJSP__FRAME_KEYS || frame->kind == QJSP__FRAME_PAIRS)
            qjsp_write_cstr(e->buf, cut_text);
        qjsp_write_cstr(e->buf, cut_text);
    }
    if (frame->missing != 0)
        shrink_head(e, frame);
    frame_free(e, frame);
}

static void step(qjsp__encoder *e)
{
    qjsp__frame *frame = &e->frames[e->nframes - 1];

    if (frame->next == frame->count)
        frame_pop(e);
    else if (frame->kind == QJSP__FRAME_KEYS)
        step_key(e, frame);
    else
        step_item(e, frame);
}

static void poll(qjsp__encoder *e)
{
    if (--e->ticks != 0)
        return;
    e->ticks = TICKS;
    if (e->limits->interrupted != NULL && e->limits->interrupted(e->limits->ud))
        e->status = QJSP_ERR_TIMEOUT;
}

static void run(qjsp__encoder *e, JSValueConst value)
{
    qjsp__encode_value(e, value);
    while (e->nframes > 0 && !qjsp__encode_failed(e)) {
        step(e);
        poll(e);
    }
    if (!qjsp__encode_failed(e))
        qjsp__identity_finish(&e->seen, e->buf);
}

static void encoder_init(qjsp__encoder *e, JSContext *ctx, const qjsp__intrinsics *in,
                         const qjsp__clone_limits *limits, qjsp_buffer *buf)
{
    /* not by a compound literal: it would clear `first` and `seen` as well */
    e->ctx = ctx;
    e->in = in;
    e->buf = buf;
    e->root = NULL;
    e->limits = limits;
    e->status = QJSP_OK;
    e->nodes_left = limits->max_nodes == 0 ? UINT64_MAX : limits->max_nodes - 1;
    e->max_depth = limits->max_depth == 0 ? DEFAULT_DEPTH : limits->max_depth;
    e->ticks = TICKS;
    e->frames = e->first;
    e->nframes = 0;
    e->frames_cap = QJSP__FRAMES_FIRST;
    qjsp__identity_init(&e->seen, buf->alloc);
}

static void encoder_fini(qjsp__encoder *e)
{
    while (e->nframes > 0)
        frame_free(e, &e->frames[--e->nframes]);
    if (e->frames != e->first)
        qjsp__free(e->buf->alloc, e->frames);
    for (size_t i = 0; i < e->seen.nentries; i++)
        JS_FreeValue(e->ctx, JS_MKPTR(JS_TAG_OBJECT, e->seen.entries[i].object));
    qjsp__identity_fini(&e->seen);
}

/* Also cuts the buffer back. Its own failure came first if there is one. */
static qjsp_status outcome(qjsp_buffer *buf, size_t start, qjsp_status st)
{
    if (buf->status != QJSP_OK && st != QJSP_ERR_EXCEPTION)
        st = buf->status;
    if (st != QJSP_OK)
        buf->len = start;
    return st;
}

qjsp_status qjsp__encode(JSContext *ctx, const qjsp__intrinsics *in, JSValueConst value,
                         const char *root, const qjsp__clone_limits *limits, qjsp_buffer *buf)
{
    size_t start = buf->len;
    qjsp__encoder e;

    if (write_primitive(buf, value))
        return outcome(buf, start, QJSP_OK);
    encoder_init(&e, ctx, in, limits, buf);
    e.root = root;
    run(&e, value);
    encoder_fini(&e);
    return outcome(buf, start, e.status);
}

qjsp_status qjsp__encode_lenient(JSContext *ctx, const qjsp__intrinsics *in, JSValueConst value,
                                 const qjsp__clone_limits *limits, qjsp_buffer *buf)
{
    size_t start = buf->len;
    qjsp__encoder e;

    encoder_init(&e, ctx, in, limits, buf);
    run(&e, value);
    encoder_fini(&e);
    return outcome(buf, start, e.status);
}
