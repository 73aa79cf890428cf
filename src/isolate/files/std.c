/* SPDX-License-Identifier: MIT */
/*
 * `std`: files by name, with buffers. What fails gives null, and its number to the object that the
 * guest passed for that; a mistake of the guest's own throws.
 */
#include "isolate/files/std.h"

#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "fs/stream.h"
#include "isolate/bytes.h"
#include "isolate/files/args.h"
#include "isolate/files/file_object.h"
#include "isolate/files/printf.h"

/* error.errno = number. False: its setter threw. */
static bool tell_error(JSContext *ctx, JSValueConst object, int number)
{
    if (!JS_IsObject(object))
        return true;
    return JS_SetPropertyStr(ctx, object, "errno", JS_NewInt32(ctx, number)) >= 0;
}

/* Of an open that gave `fd`, or an error negated. error: undefined, or where to tell. */
static JSValue finish_open(JSContext *ctx, int fd, uint32_t flags, JSValueConst error)
{
    qjsp__fs *fs = qjsp__fs_of(ctx);
    JSValue file = JS_NULL;
    int ret = fd < 0 ? fd : qjsp__stream_attach(fs, fd, flags);

    if (ret < 0 && fd >= 0)
        qjsp__fs_close(fs, fd);
    if (ret == 0) {
        file = qjsp__file_object_new(ctx, fd);
        if (JS_IsException(file))
            return file;
    }
    /* last: it may run guest code, which may close anything */
    if (tell_error(ctx, error, ret < 0 ? -ret : 0))
        return file;
    JS_FreeValue(ctx, file);
    return JS_EXCEPTION;
}

/* A mode of these letters alone. -EINVAL for ones in the wrong order is C's, not an exception. */
static bool get_mode(JSContext *ctx, JSValueConst value, const char *letters, uint32_t *flags,
                     int *error)
{
    const char *mode = JS_ToCString(ctx, value);
    bool ok;

    if (mode == NULL)
        return false;
    ok = mode[strspn(mode, letters)] == '\0';
    if (ok)
        *error = qjsp__stream_parse_mode(mode, flags);
    else
        JS_ThrowTypeError(ctx, "invalid file mode");
    JS_FreeCString(ctx, mode);
    return ok;
}

static JSValue std_open(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int path_error = 0, mode_error = 0, ret;
    uint32_t flags = 0;
    qjsp__path path;

    (void)this_val;
    if (!qjsp__arg_path(ctx, argv[0], &path, &path_error) ||
        !get_mode(ctx, argv[1], "rwa+bx", &flags, &mode_error))
        return JS_EXCEPTION;
    ret = mode_error < 0 ? mode_error : path_error;
    if (ret == 0)
        ret = qjsp__fs_open(qjsp__fs_of(ctx), &path, flags, 0666);
    return finish_open(ctx, ret, flags, argc > 2 ? argv[2] : JS_UNDEFINED);
}

static JSValue std_fdopen(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__fs *fs = qjsp__fs_of(ctx);
    JSValue file = JS_NULL;
    uint32_t flags = 0;
    int32_t fd;
    int ret = 0;

    (void)this_val;
    if (JS_ToInt32(ctx, &fd, argv[0]) < 0 || !get_mode(ctx, argv[1], "rwa+", &flags, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__stream_attach(fs, fd, flags);
    if (ret == 0)
        file = qjsp__file_object_new(ctx, fd);
    if (!JS_IsException(file) && argc > 2 && !tell_error(ctx, argv[2], ret < 0 ? -ret : 0)) {
        JS_FreeValue(ctx, file);
        return JS_EXCEPTION;
    }
    return file;
}

static JSValue std_tmpfile(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    if (!qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
        return JS_EXCEPTION;
    return finish_open(ctx, qjsp__fs_open_nameless(qjsp__fs_of(ctx)), QJSP__O_RDWR,
                       argc > 0 ? argv[0] : JS_UNDEFINED);
}

static bool wants_binary(JSContext *ctx, JSValueConst options, bool *out)
{
    JSValue value = JS_IsObject(options) ? JS_GetPropertyStr(ctx, options, "binary") : JS_UNDEFINED;

    if (JS_IsException(value))
        return false;
    *out = JS_ToBool(ctx, value) > 0;
    JS_FreeValue(ctx, value);
    return true;
}

static JSValue std_load_file(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    bool is_binary = false;
    qjsp__path path;
    qjsp__grow bytes;
    int ret;

    (void)this_val;
    if ((argc > 1 && !wants_binary(ctx, argv[1], &is_binary)) ||
        !qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__load_file(ctx, &path, QJSP__O_RDONLY, &bytes);
    if (ret != 0)
        return ret == QJSP__THROWN ? JS_EXCEPTION : JS_NULL;
    return is_binary ? qjsp__grow_take_uint8_array(ctx, &bytes)
                     : qjsp__grow_take_string(ctx, &bytes);
}

static bool is_bytes(JSValueConst value)
{
    return JS_IsArrayBuffer(value) || JS_IsDataView(value) || JS_GetTypedArrayType(value) >= 0;
}

static int store(JSContext *ctx, const qjsp__path *path, JSValueConst data)
{
    const uint32_t flags = QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_TRUNC;
    qjsp_bytes bytes = { 0 };
    qjsp__arg_text text;
    int ret;

    if (JS_IsUndefined(data) || is_bytes(data)) {
        if (!JS_IsUndefined(data) && !qjsp__bytes_get(ctx, data, "writeFile", &bytes))
            return QJSP__THROWN;
        return qjsp__store_file(ctx, path, flags, 0666, bytes);
    }
    if (!qjsp__arg_text_init(ctx, data, &text))
        return QJSP__THROWN;
    bytes = (qjsp_bytes){ (const uint8_t *)text.data, text.len };
    ret = qjsp__store_file(ctx, path, flags, 0666, bytes);
    qjsp__arg_text_fini(ctx, &text);
    return ret;
}

static JSValue std_write_file(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    const qjsp__error_text *error;
    qjsp__path path;
    const char *name;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = store(ctx, &path, argv[1]);
    if (ret >= 0)
        return ret == QJSP__THROWN ? JS_EXCEPTION : JS_UNDEFINED;
    name = JS_ToCString(ctx, argv[0]);
    if (name == NULL)
        return JS_EXCEPTION;
    error = qjsp__error_find(-ret);
    JS_ThrowPlainError(ctx, "error writing to %s: %s", name, error == NULL ? "?" : error->message);
    JS_FreeCString(ctx, name);
    return JS_EXCEPTION;
}

static JSValue std_strerror(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    const qjsp__error_text *error;
    char unknown[32] = "Unknown error ";
    int32_t number;

    (void)this_val;
    (void)argc;
    if (JS_ToInt32(ctx, &number, argv[0]) < 0)
        return JS_EXCEPTION;
    if (number == 0)
        return JS_NewString(ctx, "Success");
    error = qjsp__error_find(number);
    if (error != NULL)
        return JS_NewString(ctx, error->message);
    snprintf(unknown + strlen(unknown), sizeof unknown - strlen(unknown), "%d", (int)number);
    return JS_NewString(ctx, unknown);
}

static JSValue std_sprintf(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__grow text = { 0 };

    (void)this_val;
    if (qjsp__printf(ctx, argc, argv, &text))
        return qjsp__grow_take_string(ctx, &text);
    qjsp__grow_fini(ctx, &text);
    return JS_EXCEPTION;
}

#define NUMBER(name) JS_PROP_INT32_DEF(#name, QJSP__##name, JS_PROP_CONFIGURABLE)

static const JSCFunctionListEntry errors[] = {
    NUMBER(EINVAL),    NUMBER(EIO),          NUMBER(EACCES),  NUMBER(EEXIST), NUMBER(ENOSPC),
    NUMBER(ENOSYS),    NUMBER(EBUSY),        NUMBER(ENOENT),  NUMBER(EPERM),  NUMBER(EPIPE),
    NUMBER(EBADF),     NUMBER(EISDIR),       NUMBER(ENOTDIR), NUMBER(EMFILE), NUMBER(EROFS),
    NUMBER(ENOTEMPTY), NUMBER(ENAMETOOLONG), NUMBER(EXDEV),   NUMBER(ELOOP),  NUMBER(EFBIG),
};

const JSCFunctionListEntry qjsp__std_entries[QJSP__NSTD] = {
    JS_CFUNC_DEF("open", 2, std_open),
    JS_CFUNC_DEF("fdopen", 2, std_fdopen),
    JS_CFUNC_DEF("tmpfile", 0, std_tmpfile),
    JS_CFUNC_DEF("loadFile", 1, std_load_file),
    JS_CFUNC_DEF("writeFile", 2, std_write_file),
    JS_CFUNC_DEF("strerror", 1, std_strerror),
    JS_CFUNC_DEF("sprintf", 1, std_sprintf),
    NUMBER(SEEK_SET),
    NUMBER(SEEK_CUR),
    NUMBER(SEEK_END),
    JS_OBJECT_DEF("Error", errors, QJSP_COUNTOF(errors), JS_PROP_CONFIGURABLE),
};
