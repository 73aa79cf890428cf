/* SPDX-License-Identifier: MIT */
/*
 * A guest's FILE names an open file by number and generation, never by address: the file lives
 * outside of the region. One that is closed, or of a time before a restore, names nothing.
 */
#include "isolate/files/file_object.h"

#include <string.h>

#include "base/checked.h"
#include "fs/stream.h"
#include "isolate/bytes.h"
#include "isolate/files/printf.h"

typedef struct file_ref {
    int fd;
    uint32_t generation;
} file_ref;

static qjsp__file *find(qjsp__fs *fs, const file_ref *ref)
{
    qjsp__file *file = qjsp__fs_get(fs, ref->fd);

    if (file == NULL || file->generation != ref->generation || file->stream == NULL)
        return NULL;
    return file;
}

static file_ref *get_ref(JSContext *ctx, JSValueConst this_val)
{
    return JS_GetOpaque2(ctx, this_val, qjsp__isolate_of(ctx)->realm->file_class);
}

/* Valid until guest code runs, which may close it. NULL: an exception is pending. */
static qjsp__file *get_file(JSContext *ctx, JSValueConst this_val)
{
    file_ref *ref = get_ref(ctx, this_val);
    qjsp__file *file;

    if (ref == NULL || !qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
        return NULL;
    file = find(qjsp__fs_of(ctx), ref);
    if (file == NULL)
        JS_ThrowTypeError(ctx, "invalid file handle");
    return file;
}

/* A FILE that nobody can reach any more is closed, as its descriptor could be by nobody. */
static void finalize(JSRuntime *rt, JSValueConst value)
{
    qjsp_isolate *iso = JS_GetRuntimeOpaque(rt);
    JSClassID class_id;
    file_ref *ref = JS_GetAnyOpaque(value, &class_id);

    if (ref != NULL && find(iso->fs, ref) != NULL)
        qjsp__fs_close(iso->fs, ref->fd);
    js_free_rt(rt, ref);
}

JSValue qjsp__file_object_new(JSContext *ctx, int fd)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    JSValue object = JS_NewObjectClass(ctx, iso->realm->file_class);
    file_ref *ref = JS_IsException(object) ? NULL : js_malloc(ctx, sizeof *ref);

    if (ref == NULL) {
        JS_FreeValue(ctx, object);
        qjsp__fs_close(iso->fs, fd);
        return JS_EXCEPTION;
    }
    *ref = (file_ref){ .fd = fd, .generation = qjsp__fs_get(iso->fs, fd)->generation };
    JS_SetOpaque(object, ref);
    return object;
}

/* ---- writing ---- */

static JSValue file_puts(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    if (get_file(ctx, this_val) == NULL)
        return JS_EXCEPTION;
    for (int i = 0; i < argc; i++) {
        qjsp__arg_text text;
        qjsp__file *file;

        if (!qjsp__arg_text_init(ctx, argv[i], &text))
            return JS_EXCEPTION;
        file = get_file(ctx, this_val);
        if (file != NULL)
            qjsp__stream_write(file, (const uint8_t *)text.data, text.len);
        qjsp__arg_text_fini(ctx, &text);
        if (file == NULL)
            return JS_EXCEPTION;
    }
    return JS_UNDEFINED;
}

static JSValue file_printf(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__grow text = { 0 };
    qjsp__file *file = NULL;
    size_t n = 0;

    if (get_file(ctx, this_val) == NULL)
        return JS_EXCEPTION;
    if (qjsp__printf(ctx, argc, argv, &text))
        file = get_file(ctx, this_val);
    if (file != NULL)
        n = qjsp__stream_write(file, text.data, text.len);
    qjsp__grow_fini(ctx, &text);
    return file == NULL ? JS_EXCEPTION : JS_NewInt64(ctx, (int64_t)n);
}

static JSValue file_put_byte(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file *file;
    int32_t c;
    uint8_t byte;

    (void)argc;
    if (JS_ToInt32(ctx, &c, argv[0]) < 0)
        return JS_EXCEPTION;
    file = get_file(ctx, this_val);
    if (file == NULL)
        return JS_EXCEPTION;
    byte = (uint8_t)c;
    return JS_NewInt32(ctx, qjsp__stream_write(file, &byte, 1) == 1 ? byte : -1);
}

/* ---- reading ---- */

/* Part of `size` bytes that the arguments (position, length) name, as QuickJS cuts them. */
static bool get_part(JSContext *ctx, int argc, JSValueConst *argv, uint64_t *pos, uint64_t *len)
{
    *pos = 0;
    *len = UINT64_MAX;
    return (argc < 2 || JS_ToIndex(ctx, pos, argv[1]) == 0) &&
           (argc < 3 || JS_ToIndex(ctx, len, argv[2]) == 0);
}

static void cut_part(uint64_t *pos, uint64_t *len, size_t size)
{
    *pos = qjsp__u64_min(*pos, size);
    *len = qjsp__u64_min(*len, size - *pos);
}

static JSValue file_read(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file *file;
    uint64_t pos, len;
    uint8_t *data;
    size_t size;

    if (!get_part(ctx, argc, argv, &pos, &len))
        return JS_EXCEPTION;
    file = get_file(ctx, this_val);
    if (file == NULL || !qjsp__bytes_get_writable(ctx, argv[0], "read", &data, &size))
        return JS_EXCEPTION;
    cut_part(&pos, &len, size);
    return JS_NewInt64(ctx,
                       len == 0 ? 0 : (int64_t)qjsp__stream_read(file, data + pos, (size_t)len));
}

static JSValue write_part(JSContext *ctx, JSValueConst this_val, qjsp_bytes bytes, uint64_t pos,
                          uint64_t len)
{
    qjsp__file *file = get_file(ctx, this_val);

    if (file == NULL)
        return JS_EXCEPTION;
    cut_part(&pos, &len, bytes.len);
    return JS_NewInt64(
        ctx, len == 0 ? 0 : (int64_t)qjsp__stream_write(file, bytes.data + pos, (size_t)len));
}

static JSValue file_write(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSValue ret = JS_EXCEPTION;
    uint64_t pos, len;
    qjsp_bytes bytes;
    qjsp__arg_text text;

    if (!get_part(ctx, argc, argv, &pos, &len))
        return JS_EXCEPTION;
    if (JS_IsString(argv[0])) {
        if (qjsp__arg_text_init(ctx, argv[0], &text)) {
            bytes = (qjsp_bytes){ (const uint8_t *)text.data, text.len };
            ret = write_part(ctx, this_val, bytes, pos, len);
            qjsp__arg_text_fini(ctx, &text);
        }
        return ret;
    }
    if (qjsp__bytes_get(ctx, argv[0], "write", &bytes))
        ret = write_part(ctx, this_val, bytes, pos, len);
    return ret;
}

static JSValue file_getline(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file *file = get_file(ctx, this_val);
    qjsp__grow line = { 0 };
    const uint8_t *newline = NULL;
    bool is_empty = true;

    (void)argc;
    (void)argv;
    if (file == NULL)
        return JS_EXCEPTION;
    while (newline == NULL) {
        qjsp_bytes ready = qjsp__stream_peek(file);
        size_t len;

        if (ready.len == 0)
            break;
        is_empty = false;
        newline = memchr(ready.data, '\n', ready.len);
        len = newline == NULL ? ready.len : (size_t)(newline - ready.data);
        if (!qjsp__grow_append(ctx, &line, ready.data, len) ||
            !qjsp__isolate_may_call_out(qjsp__isolate_of(ctx))) {
            qjsp__grow_fini(ctx, &line);
            return JS_EXCEPTION;
        }
        qjsp__stream_consume(file, len + (newline != NULL));
    }
    return is_empty ? JS_NULL : qjsp__grow_take_string(ctx, &line);
}

/* How much there seems to be; at least enough to see the end. */
static size_t guess_rest(qjsp__file *file, uint64_t max)
{
    int64_t position = qjsp__stream_tell(file);
    qjsp__file_info info;
    uint64_t rest = 0;

    if (position >= 0 && qjsp__file_info_get(file, &info) == 0 && info.size > (uint64_t)position)
        rest = info.size - (uint64_t)position;
    rest = qjsp__u64_min(rest + 1, max);
    return rest > SIZE_MAX ? SIZE_MAX : (size_t)rest;
}

static bool read_rest(JSContext *ctx, qjsp__file *file, uint64_t max, qjsp__grow *out)
{
    if (max > 0 && !qjsp__grow_reserve(ctx, out, guess_rest(file, max)))
        return false;
    while (out->len < max) {
        size_t want, n;

        if (!qjsp__grow_reserve(ctx, out, 1))
            return false;
        want = qjsp__size_min(out->cap - out->len, QJSP__PIECE);
        want = (size_t)qjsp__u64_min(want, max - out->len);
        n = qjsp__stream_read(file, out->data + out->len, want);
        out->len += n;
        if (n < want)
            break;
        if (!qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
            return false;
    }
    return true;
}

/* magic: as a string, else as an ArrayBuffer. */
static JSValue file_read_as(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                            int magic)
{
    uint64_t max = UINT64_MAX;
    qjsp__grow bytes = { 0 };
    qjsp__file *file;

    if (argc > 0 && !JS_IsUndefined(argv[0]) && JS_ToIndex(ctx, &max, argv[0]) < 0)
        return JS_EXCEPTION;
    file = get_file(ctx, this_val);
    if (file == NULL)
        return JS_EXCEPTION;
    if (!read_rest(ctx, file, max, &bytes)) {
        qjsp__grow_fini(ctx, &bytes);
        return JS_EXCEPTION;
    }
    return magic ? qjsp__grow_take_string(ctx, &bytes) : qjsp__grow_take_buffer(ctx, &bytes);
}

static JSValue file_get_byte(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file *file = get_file(ctx, this_val);
    uint8_t byte;

    (void)argc;
    (void)argv;
    if (file == NULL)
        return JS_EXCEPTION;
    return JS_NewInt32(ctx, qjsp__stream_read(file, &byte, 1) == 1 ? byte : -1);
}

/* ---- the rest ---- */

/* magic: as a bigint. */
static JSValue file_tell(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                         int magic)
{
    qjsp__file *file = get_file(ctx, this_val);
    int64_t position;

    (void)argc;
    (void)argv;
    if (file == NULL)
        return JS_EXCEPTION;
    position = qjsp__stream_tell(file);
    if (position < 0)
        position = -1;
    return magic ? JS_NewBigInt64(ctx, position) : JS_NewInt64(ctx, position);
}

static JSValue file_seek(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file *file;
    int64_t offset;
    int32_t whence;

    (void)argc;
    if (JS_ToInt64Ext(ctx, &offset, argv[0]) < 0 || JS_ToInt32(ctx, &whence, argv[1]) < 0)
        return JS_EXCEPTION;
    file = get_file(ctx, this_val);
    if (file == NULL)
        return JS_EXCEPTION;
    return JS_NewInt32(ctx, qjsp__stream_seek(file, offset, whence));
}

static JSValue file_close(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    file_ref *ref;

    (void)argc;
    (void)argv;
    if (get_file(ctx, this_val) == NULL)
        return JS_EXCEPTION;
    ref = get_ref(ctx, this_val);
    return JS_NewInt32(ctx, qjsp__fs_close(qjsp__fs_of(ctx), ref->fd));
}

enum { STATE_EOF, STATE_ERROR, STATE_CLEAR, STATE_FLUSH, STATE_FILENO };

static JSValue file_state(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                          int magic)
{
    qjsp__file *file = get_file(ctx, this_val);

    (void)argc;
    (void)argv;
    if (file == NULL)
        return JS_EXCEPTION;
    switch (magic) {
    case STATE_EOF: return JS_NewBool(ctx, file->stream->is_eof);
    case STATE_ERROR: return JS_NewBool(ctx, file->stream->has_failed);
    case STATE_CLEAR: file->stream->is_eof = file->stream->has_failed = false; break;
    case STATE_FLUSH: (void)qjsp__stream_flush(file); break;
    default: return JS_NewInt32(ctx, get_ref(ctx, this_val)->fd);
    }
    return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("close", 0, file_close),
    JS_CFUNC_DEF("puts", 1, file_puts),
    JS_CFUNC_DEF("printf", 1, file_printf),
    JS_CFUNC_MAGIC_DEF("flush", 0, file_state, STATE_FLUSH),
    JS_CFUNC_MAGIC_DEF("tell", 0, file_tell, 0),
    JS_CFUNC_MAGIC_DEF("tello", 0, file_tell, 1),
    JS_CFUNC_DEF("seek", 2, file_seek),
    JS_CFUNC_MAGIC_DEF("eof", 0, file_state, STATE_EOF),
    JS_CFUNC_MAGIC_DEF("fileno", 0, file_state, STATE_FILENO),
    JS_CFUNC_MAGIC_DEF("error", 0, file_state, STATE_ERROR),
    JS_CFUNC_MAGIC_DEF("clearerr", 0, file_state, STATE_CLEAR),
    JS_CFUNC_DEF("read", 1, file_read),
    JS_CFUNC_DEF("write", 1, file_write),
    JS_CFUNC_DEF("getline", 0, file_getline),
    JS_CFUNC_MAGIC_DEF("readAsArrayBuffer", 0, file_read_as, 0),
    JS_CFUNC_MAGIC_DEF("readAsString", 0, file_read_as, 1),
    JS_CFUNC_DEF("getByte", 0, file_get_byte),
    JS_CFUNC_DEF("putByte", 1, file_put_byte),
    JS_PROP_STRING_DEF("[Symbol.toStringTag]", "FILE", JS_PROP_CONFIGURABLE),
};

static const JSClassDef file_class = { .class_name = "FILE", .finalizer = finalize };

bool qjsp__file_object_define(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;
    JSValue prototype;

    JS_NewClassID(realm->rt, &realm->file_class);
    if (JS_NewClass(realm->rt, realm->file_class, &file_class) < 0)
        return false;
    prototype = JS_NewObject(realm->ctx);
    if (JS_IsException(prototype) ||
        JS_SetPropertyFunctionList(realm->ctx, prototype, functions, QJSP_COUNTOF(functions)) < 0)
        return false;
    JS_SetClassProto(realm->ctx, realm->file_class, prototype);
    return true;
}
