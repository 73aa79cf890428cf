/* SPDX-License-Identifier: MIT */
#include "isolate/modules/resolve.h"

#include <string.h>

#include "base/checked.h"
#include "isolate/modules/exports.h"
#include "isolate/modules/file_url.h"

/* What an error shows of paths that were tried, bytes. */
enum { TRIED_MAX = 1500 };

/* A specifier of a package, cut in two. */
typedef struct bare {
    char name[QJSP__NAME_MAX * 2 + 2]; /* "x" or "@scope/x" */
    const char *rest;                  /* "" or "/sub/path" */
} bare;

typedef struct request {
    const char *specifier;
    char dir[QJSP__PATH_MAX]; /* of the importer; "" is the root */
    bool by_require;
} request;

/* ---- results ---- */

static qjsp__resolve_state fail(qjsp__resolver *r, const char *code, const char *problem)
{
    r->code = code;
    qjsp_buffer_printf(&r->problem, "%s", problem);
    return QJSP__RESOLVE_ERROR;
}

static void note_tried(qjsp__resolver *r, const char *path, int error)
{
    const qjsp__error_text *text = qjsp__error_find(-error);

    if (r->tried.len > TRIED_MAX)
        return;
    qjsp_buffer_printf(&r->tried, "%s%.300s", r->tried.len == 0 ? "" : ", ", path);
    if (error != -QJSP__ENOENT && error != -QJSP__ENOTDIR && text != NULL)
        qjsp_buffer_printf(&r->tried, " (%s)", text->phrase);
    if (r->tried.len > TRIED_MAX)
        qjsp_buffer_printf(&r->tried, ", and more");
}

static void close_opened(qjsp__resolver *r)
{
    if (r->opened.store != NULL)
        r->opened.store->ops->close(r->opened.store, r->opened.handle);
    r->opened.store = NULL;
}

/* Most names are those of plain files: seen and opened in one go. */
static int open_plain(qjsp__resolver *r, const qjsp__path *path)
{
    const qjsp__mount *mount;
    int handle;

    close_opened(r);
    handle = qjsp__mounts_open_plain(r->mounts, path, &mount, &r->opened.size);
    if (handle < 0)
        return handle;
    r->opened.store = mount->store;
    r->opened.handle = handle;
    return 0;
}

/* 0: a file; else why not, negated. A folder: -EISDIR. */
static int look_at(qjsp__resolver *r, const qjsp__path *path)
{
    qjsp__file_info info;
    int ret = path->wants_directory ? -QJSP__EISDIR : open_plain(r, path);

    if (ret == 0 || path->wants_directory)
        return ret;
    ret = qjsp__mounts_stat(r->mounts, path, true, &info);
    if (ret < 0)
        return ret;
    if ((info.mode & QJSP__S_IFMT) == QJSP__S_IFREG)
        return 0;
    return (info.mode & QJSP__S_IFMT) == QJSP__S_IFDIR ? -QJSP__EISDIR : -QJSP__EACCES;
}

/* The name of a folder without links, which many files have in common. */
static int append_real_folder(qjsp__resolver *r, const qjsp__path *path)
{
    qjsp__path folder = { .len = (size_t)(qjsp__path_last(path->text) - path->text) - 1 };
    qjsp__memo_key key = { 'd', folder.text, "" };
    const char *known;
    size_t number;
    int ret;

    if (folder.len == 0) /* "/" */
        return 0;
    memcpy(folder.text, path->text, folder.len);
    folder.text[folder.len] = '\0';
    known = qjsp__memo_get(&r->memo, key, &number);
    if (known != NULL) {
        qjsp_buffer_append(&r->found, known, strlen(known));
        return r->found.status == QJSP_OK ? 0 : -QJSP__ENOMEM;
    }
    ret = qjsp__mounts_realpath(r->mounts, &folder, &r->found);
    if (ret < 0)
        return ret;
    qjsp_buffer_append(&r->found, "", 1);
    if (r->found.status != QJSP_OK)
        return -QJSP__ENOMEM;
    r->found.len--;
    if (strcmp((const char *)r->found.data, "/") == 0)
        r->found.len = 0;
    r->found.data[r->found.len] = '\0';
    qjsp__memo_put(&r->memo, key, (const char *)r->found.data, 0);
    return 0;
}

/* Of a file that is there. */
static int append_real_name(qjsp__resolver *r, const qjsp__path *path)
{
    const char *last = qjsp__path_last(path->text);
    int ret;

    if (r->opened.store == NULL)
        return qjsp__mounts_realpath(r->mounts, path, &r->found);
    ret = append_real_folder(r, path);
    qjsp_buffer_append(&r->found, last - 1, strlen(last) + 1);
    return ret == 0 && r->found.status != QJSP_OK ? -QJSP__ENOMEM : ret;
}

/* A file that is there, under its name without links. */
static qjsp__resolve_state found(qjsp__resolver *r, const qjsp__path *path, const char *suffix)
{
    int ret = append_real_name(r, path);

    if (ret == -QJSP__ENOMEM)
        return QJSP__RESOLVE_NOMEM;
    if (ret < 0) {
        note_tried(r, path->text, ret);
        return QJSP__RESOLVE_NONE;
    }
    r->path_len = r->found.len;
    qjsp_buffer_append(&r->found, suffix, strlen(suffix) + 1);
    return r->found.status == QJSP_OK ? QJSP__RESOLVED : QJSP__RESOLVE_NOMEM;
}

static qjsp__resolve_state try_file(qjsp__resolver *r, const qjsp__path *path, const char *suffix)
{
    int ret = look_at(r, path);

    if (ret == 0)
        return found(r, path, suffix);
    note_tried(r, path->text, ret);
    return QJSP__RESOLVE_NONE;
}

/* dir + "/" + name + extension; false: too long, and nothing is there then. */
static bool join(qjsp__path *out, const char *dir, const char *name, const char *extension)
{
    char text[QJSP__PATH_MAX];
    size_t a = strlen(dir), b = strlen(name), c = strlen(extension);

    if (a + b + c + 2 > sizeof text)
        return false;
    memcpy(text, dir, a);
    text[a] = '/';
    memcpy(text + a + 1, name, b);
    memcpy(text + a + 1 + b, extension, c + 1);
    return qjsp__path_parse(out, (qjsp_bytes){ (const uint8_t *)text, a + b + c + 1 }) == 0;
}

static qjsp__resolve_state try_joined(qjsp__resolver *r, const char *dir, const char *name,
                                      const char *extension)
{
    qjsp__path path;

    return join(&path, dir, name, extension) ? try_file(r, &path, "") : QJSP__RESOLVE_NONE;
}

/* ---- files and folders as require() finds them ---- */

/* LOAD_AS_FILE and LOAD_INDEX: the name itself, then with what require() adds. */
static qjsp__resolve_state try_names(qjsp__resolver *r, const char *dir, const char *name,
                                     bool takes_itself)
{
    static const char *const extensions[] = { "", ".js", ".json" };
    qjsp__resolve_state state = QJSP__RESOLVE_NONE;

    for (size_t i = takes_itself ? 0 : 1;
         i < QJSP_COUNTOF(extensions) && state == QJSP__RESOLVE_NONE; i++)
        state = try_joined(r, dir, name, extensions[i]);
    return state;
}

static qjsp__resolve_state broken_package(qjsp__resolver *r, const qjsp__package *package)
{
    r->code = "ERR_INVALID_PACKAGE_CONFIG";
    qjsp_buffer_printf(&r->problem, "%.300s/package.json: %s", package->dir, package->problem);
    return QJSP__RESOLVE_ERROR;
}

/* LOAD_AS_DIRECTORY, and what ES modules take of a package without "exports". */
static qjsp__resolve_state try_folder(qjsp__resolver *r, const char *dir)
{
    const qjsp__package *package = qjsp__packages_get(&r->packages, dir);
    qjsp__resolve_state state = QJSP__RESOLVE_NONE;
    char main[QJSP__PATH_MAX];
    qjsp__json value;
    size_t len;

    if (package == NULL)
        return QJSP__RESOLVE_NOMEM;
    if (package->state == QJSP__PACKAGE_BROKEN)
        return broken_package(r, package);
    value = package->main;
    if (qjsp__json_kind(&value) == '"' && qjsp__json_read_string(&value, main, sizeof main, &len) &&
        len > 0) {
        state = try_names(r, dir, main, true);
        if (state == QJSP__RESOLVE_NONE && len + sizeof "/index" <= sizeof main) {
            memcpy(main + len, "/index", sizeof "/index");
            state = try_names(r, dir, main, false);
        }
    }
    return state == QJSP__RESOLVE_NONE ? try_names(r, dir, "index", false) : state;
}

/* ---- relative and absolute names ---- */

static qjsp__resolve_state resolve_path(qjsp__resolver *r, const request *q)
{
    qjsp__reference ref;
    qjsp__resolve_state state;
    const char *problem;
    int ret;

    problem = q->by_require && !qjsp__is_file_url(q->specifier)
                  ? qjsp__reference_parse_plain(q->dir, q->specifier, &ref)
                  : qjsp__reference_parse(q->dir, q->specifier, &ref);
    if (problem != NULL)
        return fail(r, "ERR_INVALID_MODULE_SPECIFIER", problem);
    ret = look_at(r, &ref.path);
    if (ret == 0)
        return found(r, &ref.path, ref.suffix);
    note_tried(r, ref.path.text, ret);
    if (!q->by_require)
        return ret == -QJSP__EISDIR ? fail(r, "ERR_UNSUPPORTED_DIR_IMPORT",
                                           "it is a folder: import a file of it by its full name")
                                    : QJSP__RESOLVE_NONE;
    state =
        ref.path.wants_directory ? QJSP__RESOLVE_NONE : try_names(r, "", ref.path.text + 1, false);
    if (state == QJSP__RESOLVE_NONE)
        state = try_folder(r, ref.path.len == 1 ? "" : ref.path.text);
    return state;
}

/* ---- packages ---- */

static qjsp__resolve_state failed_target(qjsp__resolver *r, const qjsp__package *package,
                                         const char *key, qjsp__target_state state)
{
    bool is_import = key[0] == '#';

    if (state == QJSP__TARGET_NONE) {
        r->code = is_import ? "ERR_PACKAGE_IMPORT_NOT_DEFINED" : "ERR_PACKAGE_PATH_NOT_EXPORTED";
        qjsp_buffer_printf(&r->problem, "'%.200s' is not defined by \"%s\" of %.300s/package.json",
                           key, is_import ? "imports" : "exports", package->dir);
    } else if (state == QJSP__TARGET_BAD_SPECIFIER) {
        r->code = "ERR_INVALID_MODULE_SPECIFIER";
        qjsp_buffer_printf(&r->problem,
                           "'%.200s' leads out of the folders that %.300s/package.json names", key,
                           package->dir);
    } else {
        r->code = state == QJSP__TARGET_BAD_TARGET ? "ERR_INVALID_PACKAGE_TARGET"
                                                   : "ERR_INVALID_PACKAGE_CONFIG";
        qjsp_buffer_printf(&r->problem,
                           "what \"%s\" of %.300s/package.json says of '%.200s' is not valid",
                           is_import ? "imports" : "exports", package->dir, key);
    }
    return QJSP__RESOLVE_ERROR;
}

/* A target is a file; what it names must be there. */
static qjsp__resolve_state take_target(qjsp__resolver *r, const qjsp__package *package,
                                       const qjsp__target *target)
{
    qjsp__resolve_state state = try_joined(r, package->dir, target->text, "");

    if (state != QJSP__RESOLVE_NONE)
        return state;
    r->code = "ERR_MODULE_NOT_FOUND";
    qjsp_buffer_printf(&r->problem, "%.300s/package.json says it is '%.200s', which is no file",
                       package->dir, target->text);
    return QJSP__RESOLVE_ERROR;
}

static qjsp__resolve_state resolve_exports(qjsp__resolver *r, const request *q,
                                           const qjsp__package *package, const char *rest)
{
    qjsp__target target = { .by_require = q->by_require };
    qjsp__target_state state;
    char subpath[QJSP__TARGET_MAX];

    if (strlen(rest) + 2 > sizeof subpath)
        return fail(r, "ERR_INVALID_MODULE_SPECIFIER", "it is too long");
    subpath[0] = '.';
    memcpy(subpath + 1, rest, strlen(rest) + 1);
    state = qjsp__exports_find(&package->exports, subpath, &target);
    if (state != QJSP__TARGET_FOUND)
        return failed_target(r, package, subpath, state);
    return take_target(r, package, &target);
}

static bool split(const char *specifier, bare *out)
{
    size_t len = strcspn(specifier, "/");

    if (specifier[0] == '@') {
        if (specifier[len] == '\0' || len == 1)
            return false;
        len += 1 + strcspn(specifier + len + 1, "/");
        if (specifier[len - 1] == '/')
            return false;
    }
    if (len == 0 || len >= sizeof out->name || specifier[0] == '.' ||
        memchr(specifier, '\\', len) != NULL || memchr(specifier, '%', len) != NULL)
        return false;
    memcpy(out->name, specifier, len);
    out->name[len] = '\0';
    out->rest = specifier + len;
    return true;
}

/* A package in dir/node_modules. NONE: it is not there. */
static qjsp__resolve_state try_node_modules(qjsp__resolver *r, const request *q, const char *dir,
                                            const bare *b)
{
    const qjsp__package *package;
    qjsp__resolve_state state;
    qjsp__file_info info;
    qjsp__path root, inner;

    if (!join(&root, dir, "node_modules", "") || !join(&inner, root.text, b->name, ""))
        return QJSP__RESOLVE_NONE;
    if (qjsp__mounts_stat(r->mounts, &inner, true, &info) < 0 ||
        (info.mode & QJSP__S_IFMT) != QJSP__S_IFDIR) {
        /* require() takes a file of that name too */
        state = q->by_require && b->rest[0] == '\0' ? try_names(r, root.text, b->name, true)
                                                    : QJSP__RESOLVE_NONE;
        if (state == QJSP__RESOLVE_NONE && !q->by_require)
            note_tried(r, inner.text, -QJSP__ENOENT);
        return state;
    }
    package = qjsp__packages_get(&r->packages, inner.text);
    if (package == NULL)
        return QJSP__RESOLVE_NOMEM;
    if (package->state == QJSP__PACKAGE_BROKEN)
        return broken_package(r, package);
    if (package->exports.at != NULL)
        return resolve_exports(r, q, package, b->rest);
    if (b->rest[0] == '\0')
        return try_folder(r, inner.text);
    if (!q->by_require)
        return try_joined(r, inner.text, b->rest + 1, "");
    state = try_names(r, inner.text, b->rest + 1, true);
    if (state != QJSP__RESOLVE_NONE || !join(&root, inner.text, b->rest + 1, ""))
        return state;
    return try_folder(r, root.text);
}

/* A package may import itself by its name, where it has "exports". */
static qjsp__resolve_state resolve_self(qjsp__resolver *r, const request *q, const bare *b)
{
    const qjsp__package *scope = qjsp__packages_scope(&r->packages, q->dir);
    char name[sizeof b->name];
    qjsp__json value;
    size_t len;

    if (scope == NULL)
        return QJSP__RESOLVE_NOMEM;
    if (scope->state != QJSP__PACKAGE_READ || scope->exports.at == NULL)
        return QJSP__RESOLVE_NONE;
    value = scope->name;
    if (qjsp__json_kind(&value) != '"' ||
        !qjsp__json_read_string(&value, name, sizeof name, &len) || strcmp(name, b->name) != 0)
        return QJSP__RESOLVE_NONE;
    return resolve_exports(r, q, scope, b->rest);
}

static bool is_in_a_mount(const qjsp__resolver *r, const char *dir)
{
    for (size_t i = 0; i < r->mounts->n; i++) {
        if (qjsp__path_is_within(dir[0] == '\0' ? "/" : dir, r->mounts->items[i].path))
            return true;
    }
    return false;
}

/* The folders node_modules of all mounts, for code that lies in none. */
static qjsp__resolve_state try_mounts(qjsp__resolver *r, const request *q, const bare *b)
{
    qjsp__resolve_state state = QJSP__RESOLVE_NONE;

    for (size_t i = 0; i < r->mounts->n && state == QJSP__RESOLVE_NONE; i++) {
        const char *path = r->mounts->items[i].path;

        state = try_node_modules(r, q, strcmp(path, "/") == 0 ? "" : path, b);
    }
    return state;
}

static qjsp__resolve_state resolve_package(qjsp__resolver *r, const request *q,
                                           const char *specifier)
{
    char dir[QJSP__PATH_MAX];
    qjsp__resolve_state state;
    bare b;

    if (!split(specifier, &b))
        return fail(r, "ERR_INVALID_MODULE_SPECIFIER",
                    "it is neither a path nor the name of a package");
    state = resolve_self(r, q, &b);
    memcpy(dir, q->dir, sizeof dir);
    while (state == QJSP__RESOLVE_NONE) {
        if (strcmp(qjsp__path_last(dir), "node_modules") != 0)
            state = try_node_modules(r, q, dir, &b);
        if (dir[0] == '\0')
            break;
        *strrchr(dir, '/') = '\0';
    }
    if (state == QJSP__RESOLVE_NONE && !is_in_a_mount(r, q->dir))
        state = try_mounts(r, q, &b);
    return state;
}

/* "#name": what the nearest package.json says. */
static qjsp__resolve_state resolve_import(qjsp__resolver *r, const request *q)
{
    const qjsp__package *scope = qjsp__packages_scope(&r->packages, q->dir);
    qjsp__target target = { .by_require = q->by_require };
    qjsp__target_state state;

    if (scope == NULL)
        return QJSP__RESOLVE_NOMEM;
    if (scope->state == QJSP__PACKAGE_BROKEN)
        return broken_package(r, scope);
    if (q->specifier[1] == '\0' || q->specifier[1] == '/')
        return fail(r, "ERR_INVALID_MODULE_SPECIFIER", "a name behind # is missing");
    if (scope->state != QJSP__PACKAGE_READ)
        return fail(r, "ERR_PACKAGE_IMPORT_NOT_DEFINED", "no package.json is there to define it");
    state = qjsp__imports_find(&scope->imports, q->specifier, &target);
    if (state != QJSP__TARGET_FOUND)
        return failed_target(r, scope, q->specifier, state);
    if (strncmp(target.text, "./", 2) == 0)
        return take_target(r, scope, &target);
    qjsp_buffer_append(&r->found, target.text, strlen(target.text) + 1);
    return r->found.status == QJSP_OK ? QJSP__RESOLVE_OTHER : QJSP__RESOLVE_NOMEM;
}

/* ---- the resolver ---- */

void qjsp__resolver_init(qjsp__resolver *r, const qjsp__mounts *mounts, const qjsp_alloc *alloc)
{
    *r = (qjsp__resolver){ .mounts = mounts,
                           .alloc = alloc,
                           .packages = { .mounts = mounts, .alloc = alloc },
                           .memo = { .alloc = alloc } };
    qjsp_buffer_init(&r->found, alloc, 0);
    qjsp_buffer_init(&r->tried, alloc, 0);
    qjsp_buffer_init(&r->problem, alloc, 0);
}

void qjsp__resolver_fini(qjsp__resolver *r)
{
    close_opened(r);
    qjsp__packages_clear(&r->packages);
    qjsp__memo_fini(&r->memo);
    qjsp_buffer_fini(&r->found);
    qjsp_buffer_fini(&r->tried);
    qjsp_buffer_fini(&r->problem);
}

void qjsp__resolver_forget(qjsp__resolver *r)
{
    close_opened(r);
    qjsp__packages_clear(&r->packages);
    qjsp__memo_clear(&r->memo);
}

qjsp__opened qjsp__resolver_take_opened(qjsp__resolver *r, const char *path)
{
    qjsp__opened opened = r->opened;
    size_t len = strlen(path);

    if (opened.store == NULL || len != r->path_len || memcmp(r->found.data, path, len) != 0)
        return (qjsp__opened){ 0 };
    r->opened.store = NULL;
    return opened;
}

static void take_dir(request *q, const char *importer, size_t len)
{
    while (len > 0 && importer[--len] != '/') {
    }
    len = qjsp__size_min(len, sizeof q->dir - 1);
    memcpy(q->dir, importer, len);
    q->dir[len] = '\0';
}

static bool is_path(const char *specifier)
{
    return specifier[0] == '/' || strncmp(specifier, "./", 2) == 0 ||
           strncmp(specifier, "../", 3) == 0 || strcmp(specifier, ".") == 0 ||
           strcmp(specifier, "..") == 0 || qjsp__is_file_url(specifier);
}

static qjsp__resolve_state resolve_anew(qjsp__resolver *r, const request *q)
{
    if (is_path(q->specifier))
        return resolve_path(r, q);
    if (q->specifier[0] == '#')
        return resolve_import(r, q);
    return resolve_package(r, q, q->specifier);
}

qjsp__resolve_state qjsp__resolve(qjsp__resolver *r, const char *specifier, qjsp_bytes importer,
                                  bool by_require)
{
    request q = { .specifier = specifier, .by_require = by_require };
    qjsp__memo_key key = { by_require ? 'r' : 'i', q.dir, specifier };
    qjsp__resolve_state state;
    const char *known;

    qjsp_buffer_clear(&r->found);
    qjsp_buffer_clear(&r->tried);
    qjsp_buffer_clear(&r->problem);
    r->code = NULL;
    take_dir(&q, (const char *)importer.data, importer.len);
    close_opened(r);
    r->path_len = 0;
    known = qjsp__memo_get(&r->memo, key, &r->path_len);
    if (known != NULL) {
        qjsp_buffer_append(&r->found, known, strlen(known) + 1);
        return r->found.status == QJSP_OK ? QJSP__RESOLVED : QJSP__RESOLVE_NOMEM;
    }
    qjsp__packages_trim(&r->packages);
    state = resolve_anew(r, &q);
    if (state == QJSP__RESOLVED)
        qjsp__memo_put(&r->memo, key, (const char *)r->found.data, r->path_len);
    return state;
}
