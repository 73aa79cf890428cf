/* SPDX-License-Identifier: MIT */
/* fs: whole files, read, written and copied. */
#include "base/alloc.h"
#include "isolate/files/node.h"

enum { COPYFILE_EXCL = 1, COPY_PIECE = 64 * 1024 };

JSValue qjsp__fs_read_file(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__node_options o = { .flags = QJSP__O_RDONLY };
    qjsp__path path;
    qjsp__grow bytes;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__node_read_options(ctx, argv[1], &o) || !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__load_file(ctx, &path, o.flags, &bytes);
    if (ret != 0)
        return qjsp__node_throw(ctx, ret, "open", argv[0], JS_UNDEFINED);
    if (o.encoding == QJSP__ENCODING_UTF8)
        return qjsp__grow_take_string(ctx, &bytes);
    if (o.encoding == QJSP__ENCODING_LATIN1)
        return qjsp__grow_take_latin1(ctx, &bytes);
    return qjsp__grow_take_uint8_array(ctx, &bytes);
}

static JSValue write_file(JSContext *ctx, JSValueConst *argv, uint32_t flags)
{
    qjsp__node_options o = { .flags = flags, .mode = 0666, .encoding = QJSP__ENCODING_UTF8 };
    qjsp__node_data data;
    qjsp__path path;
    int ret;

    if (!qjsp__node_read_options(ctx, argv[2], &o) || !qjsp__node_path(ctx, argv[0], &path, &ret) ||
        !qjsp__node_data_init(ctx, argv[1], o.encoding, &data))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__store_file(ctx, &path, o.flags, o.mode, data.bytes);
    qjsp__node_data_fini(ctx, &data);
    return qjsp__node_finish(ctx, ret, ret == -QJSP__ENOSPC ? "write" : "open", argv[0],
                             JS_UNDEFINED);
}

JSValue qjsp__fs_write_file(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    return write_file(ctx, argv, QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_TRUNC);
}

JSValue qjsp__fs_append_file(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    return write_file(ctx, argv, QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_APPEND);
}

/* ---- copying ---- */

static int copy_bytes(JSContext *ctx, int from, int to, uint8_t *piece)
{
    qjsp__fs *fs = qjsp__fs_of(ctx);
    int64_t n;

    while ((n = qjsp__file_read(qjsp__fs_get(fs, from), piece, COPY_PIECE)) > 0) {
        for (int64_t done = 0; done < n;) {
            int64_t ret = qjsp__file_write(qjsp__fs_get(fs, to), piece + done, (size_t)(n - done));

            if (ret < 0)
                return (int)ret;
            done += ret;
        }
        if (!qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
            return QJSP__THROWN;
    }
    return (int)n;
}

/* A file copied onto itself stays what it is. */
static int copy_open(JSContext *ctx, int from, int to)
{
    qjsp__file *target = qjsp__fs_get(qjsp__fs_of(ctx), to);
    const qjsp_alloc *alloc = qjsp__isolate_of(ctx)->alloc;
    qjsp__file_info a = { 0 }, b = { 0 };
    uint8_t *piece;
    int ret = qjsp__file_info_get(qjsp__fs_get(qjsp__fs_of(ctx), from), &a);

    if (ret == 0)
        ret = qjsp__file_info_get(target, &b);
    if (ret < 0 || (a.dev == b.dev && a.ino == b.ino))
        return ret;
    ret = target->store->ops->truncate(target->store, target->handle, 0);
    if (ret < 0)
        return ret;
    piece = qjsp__malloc(alloc, COPY_PIECE);
    if (piece == NULL)
        return -QJSP__ENOMEM;
    ret = copy_bytes(ctx, from, to, piece);
    qjsp__free(alloc, piece);
    return ret;
}

static int copy(JSContext *ctx, const qjsp__path *from, const qjsp__path *to, uint32_t flags)
{
    qjsp__fs *fs = qjsp__fs_of(ctx);
    qjsp__file_info info;
    int source = qjsp__fs_open(fs, from, QJSP__O_RDONLY, 0), target, ret;

    if (source < 0)
        return source;
    ret = qjsp__file_info_get(qjsp__fs_get(fs, source), &info);
    target =
        ret < 0 ? ret : qjsp__fs_open(fs, to, QJSP__O_WRONLY | QJSP__O_CREAT | flags, info.mode);
    ret = target < 0 ? target : copy_open(ctx, source, target);
    if (target >= 0)
        qjsp__fs_close(fs, target);
    qjsp__fs_close(fs, source);
    return ret;
}

JSValue qjsp__fs_copy_file(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int32_t mode = 0;
    qjsp__path from, to;
    int ret;

    (void)this_val;
    (void)argc;
    if ((!JS_IsUndefined(argv[2]) && JS_ToInt32(ctx, &mode, argv[2]) < 0) ||
        !qjsp__node_two_paths(ctx, argv, &from, &to, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = copy(ctx, &from, &to, (mode & COPYFILE_EXCL) != 0 ? QJSP__O_EXCL : 0);
    return qjsp__node_finish(ctx, ret, "copyfile", argv[0], argv[1]);
}
