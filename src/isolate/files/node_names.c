/* SPDX-License-Identifier: MIT */
/* fs: what is done to names. */
#include <string.h>

#include "isolate/files/node.h"

enum { ACCESS_WRITE = 2 };

static const qjsp__mounts *mounts_of(JSContext *ctx)
{
    return &qjsp__fs_of(ctx)->mounts;
}

static bool is_directory(const qjsp__file_info *info)
{
    return (info->mode & QJSP__S_IFMT) == QJSP__S_IFDIR;
}

/* Of anything that is no name there is, false: never an error. */
JSValue qjsp__fs_exists(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file_info info;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!JS_IsString(argv[0]))
        return JS_FALSE;
    if (!qjsp__arg_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    return JS_NewBool(ctx, ret == 0 && qjsp__mounts_stat(mounts_of(ctx), &path, true, &info) == 0);
}

JSValue qjsp__fs_access(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__file_info info;
    qjsp__path path;
    int32_t mode = 0;
    int ret;

    (void)this_val;
    (void)argc;
    if ((!JS_IsUndefined(argv[1]) && JS_ToInt32(ctx, &mode, argv[1]) < 0) ||
        !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_stat(mounts_of(ctx), &path, true, &info);
    if (ret == 0 && (mode & ACCESS_WRITE) != 0 && qjsp__mounts_is_read_only(mounts_of(ctx), &path))
        ret = -QJSP__EROFS;
    return qjsp__node_finish(ctx, ret, "access", argv[0], JS_UNDEFINED);
}

/* ---- making folders ---- */

/* Makes what is missing of the path; *first becomes how much of it was there, in bytes, if
 * something was made. */
static int make_all(const qjsp__mounts *mounts, const qjsp__path *path, uint32_t mode,
                    size_t *first)
{
    qjsp__file_info info;
    qjsp__path part = { .len = 0 };

    for (size_t at = 1; at <= path->len; at = part.len + 1) {
        const char *slash = strchr(path->text + at, '/');
        int ret;

        part.len = slash == NULL ? path->len : (size_t)(slash - path->text);
        memcpy(part.text, path->text, part.len);
        part.text[part.len] = '\0';
        ret = qjsp__mounts_mkdir(mounts, &part, mode);
        if (ret == 0 && *first == 0)
            *first = part.len;
        if (ret < 0 && ret != -QJSP__EEXIST)
            return ret;
    }
    if (qjsp__mounts_stat(mounts, path, true, &info) == 0 && !is_directory(&info))
        return -QJSP__EEXIST;
    return 0;
}

JSValue qjsp__fs_mkdir(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__node_options o = { .mode = 0777 };
    size_t first = 0;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__node_read_options(ctx, argv[1], &o) || !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = o.is_recursive ? make_all(mounts_of(ctx), &path, o.mode, &first)
                             : qjsp__mounts_mkdir(mounts_of(ctx), &path, o.mode);
    if (ret == 0 && first > 0)
        return JS_NewStringLen(ctx, path.text, first);
    return qjsp__node_finish(ctx, ret, "mkdir", argv[0], JS_UNDEFINED);
}

/* ---- removing ---- */

static JSValue remove_one(JSContext *ctx, JSValueConst name, qjsp__remove_what what,
                          const char *syscall)
{
    qjsp__path path;
    int ret;

    if (!qjsp__node_path(ctx, name, &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_remove(mounts_of(ctx), &path, what);
    return qjsp__node_finish(ctx, ret, syscall, name, JS_UNDEFINED);
}

JSValue qjsp__fs_unlink(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    return remove_one(ctx, argv[0], QJSP__REMOVE_FILE, "unlink");
}

JSValue qjsp__fs_rmdir(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    return remove_one(ctx, argv[0], QJSP__REMOVE_DIRECTORY, "rmdir");
}

static bool push(qjsp__path *path, const char *name)
{
    size_t len = strlen(name);

    if (path->len + len + 2 > sizeof path->text)
        return false;
    path->text[path->len++] = '/';
    memcpy(path->text + path->len, name, len + 1);
    path->len += len;
    return true;
}

static void pop(qjsp__path *path)
{
    path->len = (size_t)(strrchr(path->text, '/') - path->text);
    path->text[path->len] = '\0';
}

/* Removes the files of a folder; *folder becomes the first folder in it, NULL: there is none. */
static int remove_files(const qjsp__mounts *mounts, qjsp__path *path, const qjsp_buffer *list,
                        const char **folder)
{
    int ret = 0;

    *folder = NULL;
    for (size_t at = 0; at < list->len && ret == 0;) {
        const char *name = (const char *)list->data + at + 1;

        if (list->data[at] == QJSP__S_IFDIR >> 12) {
            *folder = *folder == NULL ? name : *folder;
        } else {
            if (!push(path, name))
                return -QJSP__ENAMETOOLONG;
            ret = qjsp__mounts_remove(mounts, path, QJSP__REMOVE_FILE);
            pop(path);
            if (ret == -QJSP__ENOENT) /* somebody else did */
                ret = 0;
        }
        at += strlen(name) + 2;
    }
    return ret;
}

/*
 * From the leaves up, in one path, however deep: a folder is looked at again after each folder
 * in it is gone. Links are removed, not followed.
 */
static int remove_tree(JSContext *ctx, qjsp__path *path)
{
    const qjsp__mounts *mounts = mounts_of(ctx);
    size_t root = path->len;
    const char *folder;
    qjsp_buffer list;
    int ret = 0;

    qjsp_buffer_init(&list, qjsp__isolate_of(ctx)->alloc, 0);
    while (ret == 0 && path->len >= root) {
        qjsp_buffer_clear(&list);
        ret = qjsp__mounts_list(mounts, path, &list);
        if (ret == 0)
            ret = remove_files(mounts, path, &list, &folder);
        if (ret == 0 && folder != NULL) {
            ret = push(path, folder) ? 0 : -QJSP__ENAMETOOLONG;
        } else if (ret == 0) {
            ret = qjsp__mounts_remove(mounts, path, QJSP__REMOVE_DIRECTORY);
            pop(path);
        }
        if (!qjsp__isolate_may_call_out(qjsp__isolate_of(ctx)))
            ret = QJSP__THROWN;
    }
    qjsp_buffer_fini(&list);
    return ret;
}

static int remove_any(JSContext *ctx, qjsp__path *path, const qjsp__node_options *o)
{
    qjsp__file_info info;
    int ret = qjsp__mounts_stat(mounts_of(ctx), path, false, &info);

    if (ret == -QJSP__ENOENT && o->is_forced)
        return 0;
    if (ret < 0)
        return ret;
    if (!is_directory(&info))
        return qjsp__mounts_remove(mounts_of(ctx), path, QJSP__REMOVE_FILE);
    if (!o->is_recursive) {
        qjsp__node_throw_type(ctx, "ERR_FS_EISDIR", "Path is a directory: rm needs recursive");
        return QJSP__THROWN;
    }
    /* this also says when there is a reason to leave all of it alone */
    ret = qjsp__mounts_remove(mounts_of(ctx), path, QJSP__REMOVE_DIRECTORY);
    return ret == -QJSP__ENOTEMPTY ? remove_tree(ctx, path) : ret;
}

JSValue qjsp__fs_rm(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__node_options o = { 0 };
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__node_read_options(ctx, argv[1], &o) || !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = remove_any(ctx, &path, &o);
    return qjsp__node_finish(ctx, ret, "rm", argv[0], JS_UNDEFINED);
}

/* ---- the rest ---- */

JSValue qjsp__fs_rename(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__path from, to;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__node_two_paths(ctx, argv, &from, &to, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_rename(mounts_of(ctx), &from, &to);
    return qjsp__node_finish(ctx, ret, "rename", argv[0], argv[1]);
}

JSValue qjsp__fs_realpath(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSValue text = JS_UNDEFINED;
    qjsp_buffer real;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    qjsp_buffer_init(&real, qjsp__isolate_of(ctx)->alloc, 0);
    if (ret == 0)
        ret = qjsp__mounts_realpath(mounts_of(ctx), &path, &real);
    if (ret == 0)
        text = JS_NewStringLen(ctx, (const char *)real.data, real.len);
    qjsp_buffer_fini(&real);
    return ret == 0 ? text : qjsp__node_throw(ctx, ret, "realpath", argv[0], JS_UNDEFINED);
}

/* Seconds, or a Date. */
static bool get_time(JSContext *ctx, JSValueConst value, double *ms)
{
    if (JS_ToFloat64(ctx, ms, value) < 0)
        return false;
    if (!JS_IsDate(value))
        *ms *= 1000;
    return true;
}

JSValue qjsp__fs_utimes(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    double atime_ms, mtime_ms;
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!get_time(ctx, argv[1], &atime_ms) || !get_time(ctx, argv[2], &mtime_ms) ||
        !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_utimes(mounts_of(ctx), &path, atime_ms, mtime_ms);
    return qjsp__node_finish(ctx, ret, "utime", argv[0], JS_UNDEFINED);
}
