/* SPDX-License-Identifier: MIT */
/*
 * fs: what is known of names. Stats and Dirent are plain objects whose prototypes have the methods, so
 * that they can cross to the host. The prototypes are made when the first is needed, in the realm.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "isolate/files/node.h"

/* ---- what kind of file: methods of both ---- */

/* Of this[property], a mode. */
static JSValue is_type(JSContext *ctx, JSValueConst this_val, const char *property, int type)
{
    JSValue value = JS_GetPropertyStr(ctx, this_val, property);
    int32_t mode;
    int ret = JS_IsException(value) ? -1 : JS_ToInt32(ctx, &mode, value);

    JS_FreeValue(ctx, value);
    return ret < 0 ? JS_EXCEPTION : JS_NewBool(ctx, (mode & QJSP__S_IFMT) >> 12 == type);
}

/* magic: the type, mode >> 12. A Stats has it in its mode, a Dirent in a property of its own. */
static JSValue stats_is(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                        int magic)
{
    (void)argc;
    (void)argv;
    return is_type(ctx, this_val, "mode", magic);
}

static JSValue dirent_is(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                         int magic)
{
    (void)argc;
    (void)argv;
    return is_type(ctx, this_val, "[type]", magic);
}

/* magic: which of the times. */
static const char *const times[] = { "atimeMs", "mtimeMs", "ctimeMs", "birthtimeMs" };

static JSValue stats_time(JSContext *ctx, JSValueConst this_val, int magic)
{
    JSValue value = JS_GetPropertyStr(ctx, this_val, times[magic]);
    double ms;
    int ret = JS_IsException(value) ? -1 : JS_ToFloat64(ctx, &ms, value);

    JS_FreeValue(ctx, value);
    return ret < 0 ? JS_EXCEPTION : JS_NewDate(ctx, round(ms));
}

#define TYPES(function)                                                                            \
    JS_CFUNC_MAGIC_DEF("isFile", 0, function, QJSP__S_IFREG >> 12),                                \
        JS_CFUNC_MAGIC_DEF("isDirectory", 0, function, QJSP__S_IFDIR >> 12),                       \
        JS_CFUNC_MAGIC_DEF("isSymbolicLink", 0, function, QJSP__S_IFLNK >> 12),                    \
        JS_CFUNC_MAGIC_DEF("isFIFO", 0, function, QJSP__S_IFIFO >> 12),                            \
        JS_CFUNC_MAGIC_DEF("isSocket", 0, function, QJSP__S_IFSOCK >> 12),                         \
        JS_CFUNC_MAGIC_DEF("isBlockDevice", 0, function, QJSP__S_IFBLK >> 12),                     \
        JS_CFUNC_MAGIC_DEF("isCharacterDevice", 0, function, QJSP__S_IFCHR >> 12)

static const JSCFunctionListEntry stats_functions[] = {
    TYPES(stats_is),
    JS_CGETSET_MAGIC_DEF("atime", stats_time, NULL, 0),
    JS_CGETSET_MAGIC_DEF("mtime", stats_time, NULL, 1),
    JS_CGETSET_MAGIC_DEF("ctime", stats_time, NULL, 2),
    JS_CGETSET_MAGIC_DEF("birthtime", stats_time, NULL, 3),
};

static const JSCFunctionListEntry dirent_functions[] = {
    TYPES(dirent_is),
};

/* An object with that prototype, which is made if it is not there yet. */
static JSValue new_object(JSContext *ctx, JSValue *prototype, const JSCFunctionListEntry *functions,
                          int nfunctions)
{
    if (JS_IsUndefined(*prototype)) {
        JSValue made = JS_NewObject(ctx);

        if (JS_IsException(made))
            return made;
        if (JS_SetPropertyFunctionList(ctx, made, functions, nfunctions) < 0) {
            JS_FreeValue(ctx, made);
            return JS_EXCEPTION;
        }
        *prototype = made;
    }
    return JS_NewObjectProto(ctx, *prototype);
}

/* ---- stat ---- */

static JSValue make_stats(JSContext *ctx, const qjsp__file_info *info)
{
    const struct {
        const char *name;
        double value;
    } fields[] = {
        { "dev", info->dev },
        { "mode", info->mode },
        { "nlink", info->nlink },
        { "uid", 0 }, /* the numbers of users are the host's business */
        { "gid", 0 },
        { "rdev", 0 },
        { "blksize", 4096 },
        { "ino", (double)info->ino },
        { "size", (double)info->size },
        { "blocks", ceil((double)info->size / 512) },
        { "atimeMs", info->atime_ms },
        { "mtimeMs", info->mtime_ms },
        { "ctimeMs", info->ctime_ms },
        { "birthtimeMs", info->birthtime_ms },
    };
    JSValue object = new_object(ctx, &qjsp__isolate_of(ctx)->realm->stats_prototype,
                                stats_functions, QJSP_COUNTOF(stats_functions));

    for (size_t i = 0; !JS_IsException(object) && i < QJSP_COUNTOF(fields); i++) {
        if (JS_DefinePropertyValueStr(ctx, object, fields[i].name,
                                      JS_NewNumber(ctx, fields[i].value), JS_PROP_C_W_E) < 0) {
            JS_FreeValue(ctx, object);
            object = JS_EXCEPTION;
        }
    }
    return object;
}

static JSValue stat_file(JSContext *ctx, JSValueConst *argv, bool follows)
{
    qjsp__node_options o = { 0 };
    qjsp__file_info info;
    qjsp__path path;
    int ret;

    if (!qjsp__node_read_options(ctx, argv[1], &o) || !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    if (ret == 0)
        ret = qjsp__mounts_stat(&qjsp__fs_of(ctx)->mounts, &path, follows, &info);
    if (ret == 0)
        return make_stats(ctx, &info);
    if (o.is_lenient && (ret == -QJSP__ENOENT || ret == -QJSP__ENOTDIR))
        return JS_UNDEFINED;
    return qjsp__node_throw(ctx, ret, follows ? "stat" : "lstat", argv[0], JS_UNDEFINED);
}

JSValue qjsp__fs_stat(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    return stat_file(ctx, argv, true);
}

JSValue qjsp__fs_lstat(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    return stat_file(ctx, argv, false);
}

/* ---- readdir ---- */

typedef struct reading {
    JSContext *ctx;
    const qjsp__node_options *o;
    JSValueConst root; /* as the guest named it */
    JSValue names;     /* array */
    uint32_t n;
    qjsp_buffer todo; /* folders to be read yet, relative to the root; each ends with a NUL */
} reading;

static JSValue make_dirent(reading *r, const char *entry, const char *folder)
{
    JSContext *ctx = r->ctx;
    JSValue object = new_object(ctx, &qjsp__isolate_of(ctx)->realm->dirent_prototype,
                                dirent_functions, QJSP_COUNTOF(dirent_functions));
    int type = (int)(uint8_t)entry[0] << 12;
    qjsp_buffer parent;
    qjsp__arg_text root;
    bool ok;

    if (JS_IsException(object) || !qjsp__arg_text_init(ctx, r->root, &root)) {
        JS_FreeValue(ctx, object);
        return JS_EXCEPTION;
    }
    qjsp_buffer_init(&parent, qjsp__isolate_of(ctx)->alloc, 0);
    qjsp_buffer_append(&parent, root.data, root.len);
    if (*folder != '\0')
        qjsp_buffer_printf(&parent, "/%s", folder);
    ok = JS_DefinePropertyValueStr(ctx, object, "name", JS_NewString(ctx, entry + 1),
                                   JS_PROP_C_W_E) >= 0 &&
         JS_DefinePropertyValueStr(ctx, object, "parentPath",
                                   JS_NewStringLen(ctx, (const char *)parent.data, parent.len),
                                   JS_PROP_C_W_E) >= 0 &&
         JS_DefinePropertyValueStr(ctx, object, "[type]", JS_NewInt32(ctx, type),
                                   JS_PROP_CONFIGURABLE) >= 0;
    qjsp_buffer_fini(&parent);
    qjsp__arg_text_fini(ctx, &root);
    if (ok)
        return object;
    JS_FreeValue(ctx, object);
    return JS_EXCEPTION;
}

static JSValue make_name(reading *r, const char *entry, const char *folder)
{
    qjsp_buffer name;
    JSValue text;

    if (*folder == '\0')
        return JS_NewString(r->ctx, entry + 1);
    qjsp_buffer_init(&name, qjsp__isolate_of(r->ctx)->alloc, 0);
    qjsp_buffer_printf(&name, "%s/%s", folder, entry + 1);
    text = JS_NewStringLen(r->ctx, (const char *)name.data, name.len);
    qjsp_buffer_fini(&name);
    return text;
}

/* entry: its type, then its name. */
static bool add_entry(reading *r, const char *entry, const char *folder)
{
    JSValue value = r->o->wants_types ? make_dirent(r, entry, folder) : make_name(r, entry, folder);

    if (r->o->is_recursive && entry[0] == QJSP__S_IFDIR >> 12) {
        if (*folder != '\0')
            qjsp_buffer_printf(&r->todo, "%s/", folder);
        qjsp_buffer_append(&r->todo, entry + 1, strlen(entry + 1) + 1);
    }
    return !JS_IsException(value) &&
           JS_DefinePropertyValueUint32(r->ctx, r->names, r->n++, value, JS_PROP_C_W_E) >= 0 &&
           qjsp__isolate_may_call_out(qjsp__isolate_of(r->ctx));
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

/* In the order of their names, whatever order the store has. */
static int add_sorted(reading *r, const qjsp_buffer *list, const char *folder)
{
    const char **entries;
    size_t n = 0, i = 0;
    bool ok = true;

    for (size_t at = 0; at < list->len; at += strlen((const char *)list->data + at) + 1)
        n++;
    if (n == 0)
        return 0;
    entries = js_malloc(r->ctx, n * sizeof *entries);
    if (entries == NULL)
        return QJSP__THROWN;
    for (size_t at = 0; at < list->len; at += strlen((const char *)list->data + at) + 1)
        entries[i++] = (const char *)list->data + at;
    qsort(entries, n, sizeof *entries, compare_entries);
    for (i = 0; ok && i < n; i++)
        ok = add_entry(r, entries[i], folder);
    js_free(r->ctx, entries);
    return ok ? 0 : QJSP__THROWN;
}

static int read_folder(reading *r, const qjsp__path *root, const char *folder)
{
    size_t len = strlen(folder);
    qjsp__path path = *root;
    qjsp_buffer list;
    int ret;

    if (path.len + len + 2 > sizeof path.text)
        return -QJSP__ENAMETOOLONG;
    if (len > 0) {
        path.text[path.len] = '/';
        memcpy(path.text + path.len + 1, folder, len + 1);
        path.len += len + 1;
    }
    qjsp_buffer_init(&list, qjsp__isolate_of(r->ctx)->alloc, 0);
    ret = qjsp__mounts_list(&qjsp__fs_of(r->ctx)->mounts, &path, &list);
    if (ret == 0)
        ret = add_sorted(r, &list, folder);
    qjsp_buffer_fini(&list);
    return ret;
}

/* Folders are taken in the order in which they were found. */
static int read_all(reading *r, const qjsp__path *root)
{
    qjsp__path folder = { .len = 0 };
    size_t at = 0;
    int ret;

    do {
        ret = read_folder(r, root, folder.text);
        if (ret != 0 || at == r->todo.len)
            break;
        folder.len = strlen((const char *)r->todo.data + at);
        if (folder.len >= sizeof folder.text)
            return -QJSP__ENAMETOOLONG;
        memcpy(folder.text, r->todo.data + at, folder.len + 1);
        at += folder.len + 1;
    } while (r->todo.status == QJSP_OK);
    return ret == 0 && r->todo.status != QJSP_OK ? -QJSP__ENOMEM : ret;
}

JSValue qjsp__fs_readdir(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__node_options o = { 0 };
    reading r = { .ctx = ctx, .o = &o, .root = argv[0], .names = JS_UNDEFINED };
    qjsp__path path;
    int ret;

    (void)this_val;
    (void)argc;
    if (!qjsp__node_read_options(ctx, argv[1], &o) || !qjsp__node_path(ctx, argv[0], &path, &ret))
        return JS_EXCEPTION;
    r.names = JS_NewArray(ctx);
    if (JS_IsException(r.names))
        return r.names;
    qjsp_buffer_init(&r.todo, qjsp__isolate_of(ctx)->alloc, 0);
    if (ret == 0)
        ret = read_all(&r, &path);
    qjsp_buffer_fini(&r.todo);
    if (ret == 0)
        return r.names;
    JS_FreeValue(ctx, r.names);
    return qjsp__node_throw(ctx, ret, "scandir", argv[0], JS_UNDEFINED);
}
