/* SPDX-License-Identifier: MIT */
#include "isolate/files/args.h"

#include <string.h>

#include "base/checked.h"
#include "isolate/bytes.h"

bool qjsp__arg_path(JSContext *ctx, JSValueConst value, qjsp__path *out, int *error)
{
    qjsp__arg_text text;

    if (!qjsp__arg_text_init(ctx, value, &text))
        return false;
    *error = qjsp__path_parse(out, (qjsp_bytes){ (const uint8_t *)text.data, text.len });
    qjsp__arg_text_fini(ctx, &text);
    return qjsp__isolate_may_call_out(qjsp__isolate_of(ctx));
}

/* ---- text ---- */

bool qjsp__arg_text_init(JSContext *ctx, JSValueConst value, qjsp__arg_text *text)
{
    JSValue string = JS_ToString(ctx, value);
    bool ok = !JS_IsException(string);

    *text = (qjsp__arg_text){ 0 };
    qjsp_buffer_init(&text->fixed, qjsp__isolate_of(ctx)->alloc, 0);
    if (ok)
        text->engine = text->data = JS_ToCStringLen(ctx, &text->len, string);
    ok = ok && text->data != NULL;
    /* lone surrogates, which the engine writes as they are, begin with this byte */
    if (ok && memchr(text->data, 0xed, text->len) != NULL) {
        ok = qjsp__encode_utf8(ctx, string, &text->fixed);
        text->data = (const char *)text->fixed.data;
        text->len = text->fixed.len;
    }
    JS_FreeValue(ctx, string);
    if (!ok)
        qjsp__arg_text_fini(ctx, text);
    return ok;
}

void qjsp__arg_text_fini(JSContext *ctx, qjsp__arg_text *text)
{
    JS_FreeCString(ctx, text->engine);
    qjsp_buffer_fini(&text->fixed);
}

/* ---- bytes that grow ---- */

bool qjsp__grow_reserve(JSContext *ctx, qjsp__grow *g, size_t more)
{
    uint8_t *data;
    size_t cap;

    if (more <= g->cap - g->len)
        return true;
    if (!qjsp__size_add(g->len, more, &cap)) {
        JS_ThrowOutOfMemory(ctx);
        return false;
    }
    if (g->cap > 0)
        cap = qjsp__size_max(cap, g->cap + g->cap / 2);
    data = js_realloc(ctx, g->data, cap);
    if (data == NULL)
        return false;
    g->data = data;
    g->cap = cap;
    return true;
}

bool qjsp__grow_append(JSContext *ctx, qjsp__grow *g, const void *data, size_t len)
{
    if (!qjsp__grow_reserve(ctx, g, len))
        return false;
    if (len > 0)
        memcpy(g->data + g->len, data, len);
    g->len += len;
    return true;
}

void qjsp__grow_fini(JSContext *ctx, qjsp__grow *g)
{
    js_free(ctx, g->data);
    *g = (qjsp__grow){ 0 };
}

JSValue qjsp__grow_take_string(JSContext *ctx, qjsp__grow *g)
{
    JSValue ret = JS_NewStringLen(ctx, (const char *)g->data, g->len);

    qjsp__grow_fini(ctx, g);
    return ret;
}

/* Each byte a character. */
JSValue qjsp__grow_take_latin1(JSContext *ctx, qjsp__grow *g)
{
    uint16_t *units = NULL;
    JSValue ret = JS_EXCEPTION;

    if (g->len < SIZE_MAX / sizeof *units)
        units = js_malloc(ctx, (g->len + 1) * sizeof *units);
    for (size_t i = 0; units != NULL && i < g->len; i++)
        units[i] = g->data[i];
    if (units != NULL)
        ret = JS_NewStringUTF16(ctx, units, g->len);
    js_free(ctx, units);
    qjsp__grow_fini(ctx, g);
    return ret;
}

static void *realloc_data(JSRuntime *rt, void *opaque, void *ptr, size_t size)
{
    (void)opaque;
    if (size > 0)
        return js_realloc_rt(rt, ptr, size);
    js_free_rt(rt, ptr);
    return NULL;
}

/* What was reserved and not used is given back. */
static bool trim(JSContext *ctx, qjsp__grow *g)
{
    size_t cap = g->len > 0 ? g->len : 1;
    uint8_t *data = cap == g->cap ? g->data : js_realloc(ctx, g->data, cap);

    if (data == NULL) {
        qjsp__grow_fini(ctx, g);
        return false;
    }
    g->data = data;
    return true;
}

JSValue qjsp__grow_take_buffer(JSContext *ctx, qjsp__grow *g)
{
    JSValue ret;

    if (!trim(ctx, g))
        return JS_EXCEPTION;
    ret = JS_NewArrayBuffer(ctx, g->data, g->len, 0, realloc_data, NULL, false);
    *g = (qjsp__grow){ 0 };
    return ret;
}

JSValue qjsp__grow_take_uint8_array(JSContext *ctx, qjsp__grow *g)
{
    JSValue ret;

    if (!trim(ctx, g))
        return JS_EXCEPTION;
    ret = JS_NewUint8Array(ctx, g->data, g->len, realloc_data, NULL, false);
    *g = (qjsp__grow){ 0 };
    return ret;
}

/* ---- whole files ---- */

/* One byte more than there should be, so that the end is seen without growing. */
static size_t first_size(qjsp__file *file)
{
    qjsp__file_info info;

    if (qjsp__file_info_get(file, &info) < 0 || info.size >= SIZE_MAX)
        return 1;
    return (size_t)info.size + 1;
}

static int read_all(JSContext *ctx, qjsp__file *file, qjsp__grow *out)
{
    if (!qjsp__grow_reserve(ctx, out, first_size(file)))
        return QJSP__THROWN;
    for (;;) {
        size_t want;
        int64_t n;

        if (!qjsp__grow_reserve(ctx, out, 1))
            return QJSP__THROWN;
        want = qjsp__size_min(out->cap - out->len, QJSP__PIECE);
        n = qjsp__file_read(file, out->data + out->len, want);
        if (n < 0)
            return (int)n;
        out->len += (size_t)n;
        if ((size_t)n < want)
            return 0;
        if (!qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
            return QJSP__THROWN;
    }
}

int qjsp__load_file(JSContext *ctx, const qjsp__path *path, uint32_t flags, qjsp__grow *out)
{
    qjsp__fs *fs = qjsp__fs_of(ctx);
    int fd = qjsp__fs_open(fs, path, flags, 0666), ret;

    *out = (qjsp__grow){ 0 };
    if (fd < 0)
        return fd;
    ret = read_all(ctx, qjsp__fs_get(fs, fd), out);
    if (ret != 0)
        qjsp__grow_fini(ctx, out);
    qjsp__fs_close(fs, fd);
    return ret;
}

int qjsp__store_file(JSContext *ctx, const qjsp__path *path, uint32_t flags, uint32_t mode,
                     qjsp_bytes data)
{
    qjsp__fs *fs = qjsp__fs_of(ctx);
    int fd = qjsp__fs_open(fs, path, flags, mode), ret = 0, closed;

    if (fd < 0)
        return fd;
    while (data.len > 0 && ret == 0) {
        int64_t n = qjsp__file_write(qjsp__fs_get(fs, fd), data.data, data.len);

        if (n < 0) {
            ret = (int)n;
        } else {
            data.data += n;
            data.len -= (size_t)n;
        }
    }
    closed = qjsp__fs_close(fs, fd);
    return ret < 0 ? ret : closed;
}
