/* SPDX-License-Identifier: MIT */
/*
 * What has no clone: a DataCloneError that says where it is, such as
 * "result.items[3].callback: a function cannot be cloned", or, for consoles,
 * a text in its place.
 */
#include <stdio.h>
#include <string.h>

#include <qjspool/value.h>

#include "clone/encode.h"
#include "clone/own.h"

enum {
    PATH_LIMIT = 64 * 1024, /* while it is put together */
    PATH_HEAD = 80,         /* what is kept of a longer one */
    PATH_TAIL = 160,
};

static bool is_identifier(const char *text, size_t len)
{
    if (len == 0 || (text[0] >= '0' && text[0] <= '9'))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (!(c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
              (c >= 'a' && c <= 'z')))
            return false;
    }
    return true;
}

static void path_key(JSContext *ctx, JSAtom atom, qjsp_buffer *path)
{
    size_t len;
    const char *text = JS_AtomToCStringLen(ctx, &len, atom);

    if (text == NULL) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return;
    }
    if (is_identifier(text, len)) {
        qjsp_buffer_append(path, ".", 1);
        qjsp_buffer_append(path, text, len);
    } else {
        qjsp_buffer_append(path, "[\"", 2);
        qjsp_buffer_append(path, text, len);
        qjsp_buffer_append(path, "\"]", 2);
    }
    JS_FreeCString(ctx, text);
}

/* The child being written is the one before `next`. */
static void path_step(JSContext *ctx, const qjsp__frame *frame, qjsp_buffer *path)
{
    uint32_t at = frame->next - 1;

    switch (frame->kind) {
    case QJSP__FRAME_KEYS: path_key(ctx, frame->keys[at].atom, path); break;
    case QJSP__FRAME_ITEMS: qjsp_buffer_printf(path, "[%u]", (unsigned)at); break;
    case QJSP__FRAME_PAIRS:
        qjsp_buffer_printf(path, "<%s %u>", at % 2 == 0 ? "key" : "value", (unsigned)(at / 2));
        break;
    case QJSP__FRAME_SET: qjsp_buffer_printf(path, "<member %u>", (unsigned)at); break;
    }
}

/* Cuts at no continuation byte of UTF-8. */
static size_t cut_before(qjsp_bytes text, size_t at)
{
    while (at > 0 && (text.data[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void shorten(qjsp_bytes path, qjsp_buffer *out)
{
    size_t head, tail;

    if (path.len <= PATH_HEAD + PATH_TAIL) {
        qjsp_buffer_append(out, path.data, path.len);
        return;
    }
    head = cut_before(path, PATH_HEAD);
    tail = cut_before(path, path.len - PATH_TAIL);
    qjsp_buffer_append(out, path.data, head);
    qjsp_buffer_append(out, " ... ", 5);
    qjsp_buffer_append(out, path.data + tail, path.len - tail);
}

static void write_message(const qjsp__encoder *e, const char *what, qjsp_buffer *out)
{
    qjsp_buffer path;

    qjsp_buffer_init(&path, e->buf->alloc, PATH_LIMIT);
    qjsp_buffer_append(&path, e->root, strlen(e->root));
    for (uint32_t i = 0; i < e->nframes; i++)
        path_step(e->ctx, &e->frames[i], &path);
    shorten(qjsp_buffer_peek(&path), out);
    qjsp_buffer_fini(&path);
    qjsp_buffer_append(out, ": ", 2);
    qjsp_buffer_append(out, what, strlen(what));
    qjsp_buffer_append(out, " cannot be cloned", 17);
}

/* new DOMException(message, "DataCloneError"). The engine's own way to throw
 * one cuts messages at 255 bytes. */
static void throw_error(qjsp__encoder *e, qjsp_bytes message)
{
    JSContext *ctx = e->ctx;
    JSValue args[2], error = JS_EXCEPTION;

    args[0] = JS_NewStringLen(ctx, (const char *)message.data, message.len);
    args[1] = JS_NewString(ctx, "DataCloneError");
    if (!JS_IsException(args[0]) && !JS_IsException(args[1]))
        error = JS_CallConstructor(ctx, e->in->values[QJSP__IN_DOM_EXCEPTION], 2, args);
    JS_FreeValue(ctx, args[0]);
    JS_FreeValue(ctx, args[1]);
    if (!JS_IsException(error))
        JS_Throw(ctx, error);
    e->status = QJSP_ERR_EXCEPTION;
}

static void refuse_strictly(qjsp__encoder *e, const char *what)
{
    qjsp_buffer message;

    qjsp_buffer_init(&message, e->buf->alloc, 0);
    write_message(e, what, &message);
    if (message.status == QJSP_OK)
        throw_error(e, qjsp_buffer_peek(&message));
    else
        e->status = message.status;
    qjsp_buffer_fini(&message);
}

/* Its own `name`, or nothing: an inherited or computed one could run code. */
static void write_function(qjsp__encoder *e, JSValueConst function)
{
    const char *name = NULL;
    qjsp_buffer text;
    JSValue own;

    qjsp__own_get(e->ctx, function, e->in->name, &own);
    if (JS_IsString(own))
        name = JS_ToCString(e->ctx, own);
    JS_FreeValue(e->ctx, own);
    qjsp_buffer_init(&text, e->buf->alloc, 0);
    if (name == NULL || name[0] == '\0')
        qjsp_buffer_append(&text, "[Function (anonymous)]", 22);
    else
        qjsp_buffer_printf(&text, "[Function: %s]", name);
    qjsp_write_text(e->buf, (const char *)text.data, text.len);
    if (text.status != QJSP_OK)
        e->status = text.status;
    qjsp_buffer_fini(&text);
    JS_FreeCString(e->ctx, name);
}

static void write_symbol(qjsp__encoder *e, JSValueConst symbol)
{
    JSValue text = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_SYMBOL_TO_STRING, symbol);

    if (JS_IsException(text))
        qjsp__encode_threw(e);
    else
        qjsp__encode_string(e, text);
    JS_FreeValue(e->ctx, text);
}

static const char *class_name(qjsp__encoder *e, JSValueConst object)
{
    JSAtom atom = JS_GetClassName(JS_GetRuntime(e->ctx), JS_GetClassID(object));
    const char *name = JS_AtomToCString(e->ctx, atom);

    JS_FreeAtom(e->ctx, atom);
    return name;
}

static void write_class(qjsp__encoder *e, JSValueConst object)
{
    const char *name = class_name(e, object);
    char text[64];

    if (name == NULL) {
        qjsp__encode_threw(e);
        return;
    }
    snprintf(text, sizeof text, "[%s]", name);
    qjsp_write_cstr(e->buf, text);
    JS_FreeCString(e->ctx, name);
}

static void describe(qjsp__encoder *e, JSValueConst value)
{
    if (JS_IsSymbol(value))
        write_symbol(e, value);
    else if (JS_IsProxy(value))
        qjsp_write_cstr(e->buf, "[Proxy]");
    else if (JS_IsFunction(e->ctx, value))
        write_function(e, value);
    else if (qjsp__intrinsics_kind(e->in, value) == QJSP__KIND_MODULE)
        qjsp_write_cstr(e->buf, "[Module]");
    else if (JS_IsObject(value))
        write_class(e, value);
    else
        qjsp_write_cstr(e->buf, "[internal value]");
}

static void refuse_object(qjsp__encoder *e, JSValueConst object)
{
    const char *name;
    char what[64];

    if (JS_IsFunction(e->ctx, object)) {
        refuse_strictly(e, "a function");
        return;
    }
    name = class_name(e, object);
    if (name == NULL) {
        e->status = QJSP_ERR_EXCEPTION;
        return;
    }
    snprintf(what, sizeof what, "%s %s", strchr("AEIOU", name[0]) != NULL ? "an" : "a", name);
    JS_FreeCString(e->ctx, name);
    refuse_strictly(e, what);
}

void qjsp__encode_refuse(qjsp__encoder *e, JSValueConst value, const char *what)
{
    if (qjsp__encode_is_lenient(e))
        describe(e, value);
    else if (what != NULL)
        refuse_strictly(e, what);
    else
        refuse_object(e, value);
}
