/* SPDX-License-Identifier: MIT */
/* `os`: files by number, without buffers, and names. Results are numbers, errors negated; or a pair of
 * a result and an error. */
#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "isolate/bytes.h"
#include "isolate/files/args.h"
#include "isolate/files/std.h"

/* [value, error]. Takes value. */
static JSValue make_pair(JSContext *ctx, JSValue value, int error)
{
    JSValue pair;

    if (JS_IsException(value))
        return value;
    pair = JS_NewArray(ctx);
    if (JS_IsException(pair)) {
        JS_FreeValue(ctx, value);
        return pair;
    }
    if (JS_DefinePropertyValueUint32(ctx, pair, 0, value, JS_PROP_C_W_E) >= 0 &&
        JS_DefinePropertyValueUint32(ctx, pair, 1, JS_NewInt32(ctx, error), JS_PROP_C_W_E) >= 0)
        return pair;
    JS_FreeValue(ctx, pair);
    return JS_EXCEPTION;
}

/* NULL: an exception is pending, or *error is negative. Valid until guest code runs. */
static qjsp__file *get_file(JSContext *ctx, int32_t fd, int *error)
{
    qjsp__file *file;

    *error = 0;
    if (!qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
        return NULL;
    file = qjsp__fs_get(qjsp__fs_of(ctx), fd);
    if (file == NULL)
        *error = -QJSP__EBADF;
    return file;
}

static JSValue no_file(JSContext *ctx, int error)
{
    return error == 0 ? JS_EXCEPTION : JS_NewInt32(ctx, error);
}

/* ---- files ---- */

static JSValue os_open(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int32_t flags, mode = 0666;
    qjsp__path path;
    int ret;

    (void)this_val;
    if (JS_ToInt32(ctx, &flags, argv[1]) < 0 ||
        (argc > 2 && !JS_IsUndefined(argv[2]) && JS_ToInt32(ctx, &mode, argv[2]) < 0) ||
        !qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__fs_open(qjsp__fs_of(ctx), &path, (uint32_t)flags, (uint32_t)mode);
    return JS_NewInt32(ctx, ret);
}

static JSValue os_close(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int32_t fd;

    (void)this_val;
    (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]) < 0 || !qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
        return JS_EXCEPTION;
    return JS_NewInt32(ctx, qjsp__fs_close(qjsp__fs_of(ctx), fd));
}

static JSValue os_seek(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    bool is_bigint = JS_IsBigInt(argv[1]);
    int32_t fd, whence;
    int64_t offset;
    qjsp__file *file;
    int error;

    (void)this_val;
    (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]) < 0 || JS_ToInt64Ext(ctx, &offset, argv[1]) < 0 ||
        JS_ToInt32(ctx, &whence, argv[2]) < 0)
        return JS_EXCEPTION;
    file = get_file(ctx, fd, &error);
    if (file == NULL && error == 0)
        return JS_EXCEPTION;
    offset = file == NULL ? error : qjsp__file_seek(file, offset, whence);
    return is_bigint ? JS_NewBigInt64(ctx, offset) : JS_NewInt64(ctx, offset);
}

/* magic: to write. */
static JSValue os_read_write(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                             int magic)
{
    uint64_t pos, len;
    qjsp__file *file;
    uint8_t *data;
    qjsp_bytes bytes;
    size_t size;
    int32_t fd;
    int error;

    (void)this_val;
    (void)argc;
    if (JS_ToInt32(ctx, &fd, argv[0]) < 0 || JS_ToIndex(ctx, &pos, argv[2]) < 0 ||
        JS_ToIndex(ctx, &len, argv[3]) < 0)
        return JS_EXCEPTION;
    if (magic) {
        if (!qjsp__bytes_get(ctx, argv[1], "write", &bytes))
            return JS_EXCEPTION;
        data = NULL;
        size = bytes.len;
    } else if (!qjsp__bytes_get_writable(ctx, argv[1], "read", &data, &size)) {
        return JS_EXCEPTION;
    }
    if (pos > size || len > size - pos)
        return JS_ThrowRangeError(ctx, "read/write array buffer overflow");
    file = get_file(ctx, fd, &error);
    if (file == NULL)
        return no_file(ctx, error);
    if (len == 0)
        return JS_NewInt32(ctx, 0);
    return JS_NewInt64(ctx, magic ? qjsp__file_write(file, bytes.data + pos, (size_t)len)
                                  : qjsp__file_read(file, data + pos, (size_t)len));
}

/* ---- names ---- */

static JSValue os_remove(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    const qjsp__mounts *mounts = &qjsp__fs_of(ctx)->mounts;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_remove(mounts, &path, QJSP__REMOVE_FILE);
    if (ret == -QJSP__EISDIR)
        ret = qjsp__mounts_remove(mounts, &path, QJSP__REMOVE_DIRECTORY);
    return JS_NewInt32(ctx, ret);
}

static JSValue os_rename(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__path from, to;
    int ret, error;

    (void)this_val;
    (void)argc;
    if (!qjsp__arg_path(ctx, argv[0], &from, &ret) || !qjsp__arg_path(ctx, argv[1], &to, &error))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = error;
    if (ret == 0)
        ret = qjsp__mounts_rename(&qjsp__fs_of(ctx)->mounts, &from, &to);
    return JS_NewInt32(ctx, ret);
}

static JSValue os_mkdir(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int32_t mode = 0777;
    qjsp__path path;
    int ret;

    (void)this_val;
    if ((argc > 1 && !JS_IsUndefined(argv[1]) && JS_ToInt32(ctx, &mode, argv[1]) < 0) ||
        !qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_mkdir(&qjsp__fs_of(ctx)->mounts, &path, (uint32_t)mode);
    return JS_NewInt32(ctx, ret);
}

static bool add_name(JSContext *ctx, JSValueConst names, uint32_t i, const char *name)
{
    return JS_DefinePropertyValueUint32(ctx, names, i, JS_NewString(ctx, name), JS_PROP_C_W_E) >= 0;
}

/* With "." and "..", as the system has it. Takes nothing. */
static JSValue make_names(JSContext *ctx, const qjsp_buffer *list)
{
    JSValue names = JS_NewArray(ctx);
    uint32_t n = 0;
    bool ok =
        !JS_IsException(names) && add_name(ctx, names, n++, ".") && add_name(ctx, names, n++, "..");

    for (size_t at = 0; ok && at < list->len;) {
        const char *name = (const char *)list->data + at + 1;

        ok = add_name(ctx, names, n++, name);
        at += strlen(name) + 2;
    }
    if (ok)
        return names;
    JS_FreeValue(ctx, names);
    return JS_EXCEPTION;
}

static JSValue os_readdir(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp_buffer list;
    qjsp__path path;
    JSValue names;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    qjsp_buffer_init(&list, qjsp__isolate_of(ctx)->alloc, 0);
    if (ret == 0)
        ret = qjsp__mounts_list(&qjsp__fs_of(ctx)->mounts, &path, &list);
    names = ret == 0 ? make_names(ctx, &list) : JS_NewArray(ctx);
    qjsp_buffer_fini(&list);
    return make_pair(ctx, names, -ret);
}

static bool set_number(JSContext *ctx, JSValueConst object, const char *name, double value)
{
    return JS_DefinePropertyValueStr(ctx, object, name, JS_NewNumber(ctx, value), JS_PROP_C_W_E) >=
           0;
}

/* The numbers of users are the host's business. */
static JSValue make_stat(JSContext *ctx, const qjsp__file_info *info)
{
    JSValue object = JS_NewObject(ctx);
    bool ok = !JS_IsException(object) && set_number(ctx, object, "dev", info->dev) &&
              set_number(ctx, object, "ino", (double)info->ino) &&
              set_number(ctx, object, "mode", info->mode) &&
              set_number(ctx, object, "nlink", info->nlink) && set_number(ctx, object, "uid", 0) &&
              set_number(ctx, object, "gid", 0) && set_number(ctx, object, "rdev", 0) &&
              set_number(ctx, object, "size", (double)info->size) &&
              set_number(ctx, object, "blocks", ceil((double)info->size / 512)) &&
              set_number(ctx, object, "atime", floor(info->atime_ms)) &&
              set_number(ctx, object, "mtime", floor(info->mtime_ms)) &&
              set_number(ctx, object, "ctime", floor(info->ctime_ms));

    if (ok)
        return object;
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
}

/* magic: of a link itself. */
static JSValue os_stat(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                       int magic)
{
    qjsp__file_info info;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_stat(&qjsp__fs_of(ctx)->mounts, &path, magic == 0, &info);
    return make_pair(ctx, ret == 0 ? make_stat(ctx, &info) : JS_NULL, -ret);
}

static JSValue os_utimes(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int64_t atime, mtime;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (JS_ToInt64(ctx, &atime, argv[1]) < 0 || JS_ToInt64(ctx, &mtime, argv[2]) < 0 ||
        !qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_utimes(&qjsp__fs_of(ctx)->mounts, &path, (double)atime, (double)mtime);
    return JS_NewInt32(ctx, ret);
}

static JSValue os_realpath(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp_buffer real;
    qjsp__path path;
    JSValue text;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    qjsp_buffer_init(&real, qjsp__isolate_of(ctx)->alloc, 0);
    if (ret == 0)
        ret = qjsp__mounts_realpath(&qjsp__fs_of(ctx)->mounts, &path, &real);
    text = JS_NewStringLen(ctx, (const char *)real.data, ret == 0 ? real.len : 0);
    qjsp_buffer_fini(&real);
    return make_pair(ctx, text, -ret);
}

#define NUMBER(name) JS_PROP_INT32_DEF(#name, QJSP__##name, JS_PROP_CONFIGURABLE)

const JSCFunctionListEntry qjsp__os_entries[QJSP__NOS] = {
    JS_CFUNC_DEF("open", 2, os_open),
    JS_CFUNC_DEF("close", 1, os_close),
    JS_CFUNC_DEF("seek", 3, os_seek),
    JS_CFUNC_MAGIC_DEF("read", 4, os_read_write, 0),
    JS_CFUNC_MAGIC_DEF("write", 4, os_read_write, 1),
    JS_CFUNC_DEF("remove", 1, os_remove),
    JS_CFUNC_DEF("rename", 2, os_rename),
    JS_CFUNC_DEF("mkdir", 1, os_mkdir),
    JS_CFUNC_DEF("readdir", 1, os_readdir),
    JS_CFUNC_MAGIC_DEF("stat", 1, os_stat, 0),
    JS_CFUNC_MAGIC_DEF("lstat", 1, os_stat, 1),
    JS_CFUNC_DEF("utimes", 3, os_utimes),
    JS_CFUNC_DEF("realpath", 1, os_realpath),
    NUMBER(O_RDONLY), /* ORDER flags */
    NUMBER(O_WRONLY),
    NUMBER(O_RDWR),
    NUMBER(O_APPEND),
    NUMBER(O_CREAT),
    NUMBER(O_EXCL),
    NUMBER(O_TRUNC),
    NUMBER(S_IFMT),
    NUMBER(S_IFIFO),
    NUMBER(S_IFCHR),
    NUMBER(S_IFDIR),
    NUMBER(S_IFBLK),
    NUMBER(S_IFREG),
    NUMBER(S_IFSOCK),
    NUMBER(S_IFLNK),
    NUMBER(S_ISGID),
    NUMBER(S_ISUID),
};
