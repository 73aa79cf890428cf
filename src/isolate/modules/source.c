/* SPDX-License-Identifier: MIT */
/* Files as sources: what kind of module a name says it is, and its text in the guest's memory. */
#include <string.h>

#include "fs/files.h"
#include "isolate/modules/modules.h"

/* Between two looks at the clock, at most so many bytes are read. */
enum { PIECE = 1 << 20 };

/* ---- kinds ---- */

static const struct {
    const char *extension;
    bool is_typescript;
    qjsp__file_kind kind; /* UNSURE: package.json decides */
} extensions[] = {
    { ".js", false, QJSP__FILE_UNSURE }, { ".mjs", false, QJSP__FILE_ESM },
    { ".cjs", false, QJSP__FILE_CJS },   { ".json", false, QJSP__FILE_JSON },
    { ".ts", true, QJSP__FILE_UNSURE },  { ".mts", true, QJSP__FILE_ESM },
    { ".cts", true, QJSP__FILE_CJS },    { "", false, QJSP__FILE_UNSURE },
};

static const char *extension_of(const char *path)
{
    const char *last = qjsp__path_last(path), *dot = strrchr(last, '.');

    return dot == NULL || dot == last ? "" : dot;
}

static size_t find_extension(const char *path)
{
    size_t i = 0;

    while (i < QJSP_COUNTOF(extensions) && strcmp(extension_of(path), extensions[i].extension) != 0)
        i++;
    return i;
}

static bool kind_of_package(qjsp_isolate *iso, const char *path, qjsp__file_kind *kind)
{
    char dir[QJSP__PATH_MAX];
    const qjsp__package *package;
    size_t len = (size_t)(qjsp__path_last(path) - path);

    if (len == 0 || len > sizeof dir)
        return true;
    memcpy(dir, path, len);
    dir[len - 1] = '\0';
    package = qjsp__packages_scope(&iso->modules->resolver.packages, dir);
    if (package == NULL) {
        JS_ThrowInternalError(iso->realm->ctx, "the host has no memory for a module");
        return false;
    }
    if (package->state == QJSP__PACKAGE_BROKEN) {
        qjsp__module_throw(iso->realm->ctx, QJSP__PLAIN_ERROR, "ERR_INVALID_PACKAGE_CONFIG",
                           "cannot import %.1000s: %.1000s/package.json: %s", path, package->dir,
                           package->problem);
        return false;
    }
    if (package->type != QJSP__TYPE_NONE)
        *kind = package->type == QJSP__TYPE_MODULE ? QJSP__FILE_ESM : QJSP__FILE_CJS;
    return true;
}

bool qjsp__file_kind_of(qjsp_isolate *iso, const char *path, qjsp__file_kind *kind)
{
    size_t i = find_extension(path);

    *kind = i < QJSP_COUNTOF(extensions) ? extensions[i].kind : QJSP__FILE_UNKNOWN;
    return *kind != QJSP__FILE_UNSURE || kind_of_package(iso, path, kind);
}

/* ---- reading ---- */

void qjsp__source_fini(JSContext *ctx, qjsp__source *source)
{
    js_free(ctx, source->text);
    *source = (qjsp__source){ 0 };
}

/* 0; an error negated; or 1, and an exception is pending. */
static int read_bytes(qjsp_isolate *iso, const qjsp__opened *file, size_t limit, qjsp__source *out)
{
    qjsp_store *store = file->store;
    size_t cap, n;

    if (file->size > limit)
        return -QJSP__EFBIG;
    cap = (size_t)file->size;
    out->text = js_malloc(iso->realm->ctx, cap + 1);
    if (out->text == NULL)
        return 1;
    while (out->len < cap) {
        int64_t got;

        n = qjsp__size_min(cap - out->len, PIECE);
        got = store->ops->read(store, file->handle, out->len, (uint8_t *)out->text + out->len, n);
        if (got < 0)
            return (int)got;
        if (got == 0)
            break; /* it has become shorter meanwhile */
        out->len += (size_t)got;
        if (!qjsp__isolate_may_call_out(iso))
            return 1;
    }
    out->text[out->len] = '\0';
    return 0;
}

static int open_file(qjsp_isolate *iso, const char *path, qjsp__opened *file)
{
    const qjsp__mount *mount;
    qjsp__file_info info;
    qjsp__path parsed;
    int ret;

    *file = qjsp__resolver_take_opened(&iso->modules->resolver, path);
    if (file->store != NULL)
        return 0;
    ret = qjsp__path_parse(&parsed, (qjsp_bytes){ (const uint8_t *)path, strlen(path) });
    if (ret < 0)
        return ret;
    file->handle = qjsp__mounts_open(&iso->fs->mounts, &parsed, QJSP__O_RDONLY, 0, &mount);
    if (file->handle < 0)
        return file->handle;
    file->store = mount->store;
    ret = file->store->ops->info(file->store, file->handle, &info);
    file->size = info.size;
    if (ret < 0)
        file->store->ops->close(file->store, file->handle);
    return ret;
}

static int read_file(qjsp_isolate *iso, const char *path, size_t limit, qjsp__source *out)
{
    qjsp__opened file;
    int ret = open_file(iso, path, &file);

    if (ret < 0)
        return ret;
    ret = read_bytes(iso, &file, limit, out);
    file.store->ops->close(file.store, file.handle);
    return ret;
}

static void throw_unreadable(qjsp_isolate *iso, const char *path, int error, size_t limit)
{
    const qjsp__error_text *text = qjsp__error_find(-error);

    if (error == -QJSP__EFBIG)
        qjsp__module_throw(iso->realm->ctx, QJSP__PLAIN_ERROR, "EFBIG",
                           "cannot import %.1000s: it has more than %zu bytes", path, limit);
    else
        qjsp__module_throw(iso->realm->ctx, QJSP__PLAIN_ERROR, text == NULL ? "EIO" : text->name,
                           "cannot import %.1000s: %s", path,
                           text == NULL ? "unknown error" : text->phrase);
}

/* ---- TypeScript ---- */

/* Takes what the host made of it in the place of the source. */
static bool take_stripped(qjsp_isolate *iso, const char *path, qjsp_status st, qjsp_buffer *out,
                          qjsp__source *source)
{
    JSContext *ctx = iso->realm->ctx;
    char *text;

    qjsp_buffer_append(out, "", 1);
    if (!qjsp__isolate_may_call_out(iso))
        return false;
    if (st != QJSP_OK || out->status != QJSP_OK) {
        qjsp__module_throw(ctx, QJSP__PLAIN_ERROR, "ERR_INVALID_TYPESCRIPT_SYNTAX",
                           "cannot strip the types of %.1000s: %.2000s", path,
                           out->status == QJSP_OK && out->len > 1 ? (const char *)out->data
                                                                  : qjsp_status_name(st));
        return false;
    }
    text = js_malloc(ctx, out->len);
    if (text == NULL)
        return false;
    memcpy(text, out->data, out->len);
    js_free(ctx, source->text);
    *source = (qjsp__source){ text, out->len - 1 };
    return true;
}

static bool strip_types(qjsp_isolate *iso, const char *path, qjsp__source *source)
{
    qjsp_buffer out;
    qjsp_status st;
    bool ok;

    if (iso->opt.strip_types == NULL) {
        qjsp__module_throw(iso->realm->ctx, QJSP__TYPE_ERROR, "ERR_UNKNOWN_FILE_EXTENSION",
                           "cannot import %.1000s: it is TypeScript, and the host gives no "
                           "strip_types to make JavaScript of it",
                           path);
        return false;
    }
    qjsp_buffer_init(&out, iso->alloc, iso->opt.source_limit);
    st = iso->opt.strip_types(iso->opt.strip_types_ud, path,
                              (qjsp_bytes){ (const uint8_t *)source->text, source->len }, &out);
    ok = take_stripped(iso, path, st, &out, source);
    qjsp_buffer_fini(&out);
    return ok;
}

bool qjsp__source_read(qjsp_isolate *iso, const char *path, bool is_code, qjsp__source *out)
{
    size_t limit = iso->opt.source_limit == 0 ? iso->memory_limit : iso->opt.source_limit;
    size_t i = find_extension(path);
    int ret;

    *out = (qjsp__source){ 0 };
    ret = read_file(iso, path, limit, out);
    if (ret < 0)
        throw_unreadable(iso, path, ret, limit);
    if (ret == 0 && (!is_code || i == QJSP_COUNTOF(extensions) || !extensions[i].is_typescript ||
                     strip_types(iso, path, out)))
        return true;
    qjsp__source_fini(iso->realm->ctx, out);
    return false;
}
