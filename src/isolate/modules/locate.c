/* SPDX-License-Identifier: MIT */
/*
 * Where a specifier leads: the table of the options, modules of our own, files, the host's callback.
 *
 * What imports a module of the table or of the callback writes relative to it is a name of that kind
 * too, as there need not be any files. All other code lies where its name says, or in "/".
 */
#include <string.h>

#include "isolate/modules/modules.h"

/* ---- names that are no files (RFC 3986, section 5.2.4, on paths) ---- */

/* Appends the segments of `path` to the `len` bytes in out, minding . and ..; returns the new length. */
static size_t append_segments(char *out, size_t len, const char *path)
{
    while (*path != '\0') {
        size_t n = strcspn(path, "/");

        if (n == 2 && memcmp(path, "..", 2) == 0) {
            while (len > 0 && out[--len] != '/') {
            }
        } else if (n > 0 && !(n == 1 && path[0] == '.')) {
            if (len > 0)
                out[len++] = '/';
            memcpy(out + len, path, n);
            len += n;
        }
        path += n + (path[n] == '/');
    }
    return len;
}

static bool is_relative(const char *name)
{
    return strncmp(name, "./", 2) == 0 || strncmp(name, "../", 3) == 0;
}

static char *join_names(JSContext *ctx, const char *importer, const char *name)
{
    const char *slash = strrchr(importer, '/');
    size_t base = slash == NULL ? 0 : (size_t)(slash - importer), len;
    char *out;

    if (!is_relative(name))
        return js_strdup(ctx, name);
    out = js_malloc(ctx, base + strlen(name) + 2);
    if (out == NULL)
        return NULL;
    memcpy(out, importer, base);
    len = append_segments(out, base, name);
    out[len] = '\0';
    return out;
}

/* ---- who imports ---- */

static const qjsp__module_entry *find_entry(qjsp_isolate *iso, const char *name)
{
    const qjsp__registry *g = &iso->realm->modules.registry;
    JSContext *ctx = iso->realm->ctx;
    uint32_t at = iso->modules->importer;
    JSAtom atom;

    if (at != QJSP__NO_MODULE && strcmp((const char *)iso->importer.data, name) == 0)
        return &g->entries[at];
    atom = JS_NewAtom(ctx, name);
    if (atom == JS_ATOM_NULL) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return NULL;
    }
    at = qjsp__registry_find(g, atom, QJSP__AS_CODE);
    JS_FreeAtom(ctx, atom);
    return at == QJSP__NO_MODULE ? NULL : &g->entries[at];
}

bool qjsp__module_is_file(qjsp_isolate *iso, const char *name, size_t *path_len)
{
    const qjsp__module_entry *entry;

    if (iso->fs == NULL || name[0] != '/')
        return false;
    entry = find_entry(iso, name);
    *path_len = entry != NULL && entry->origin == QJSP__FROM_FILE ? entry->path_len : strlen(name);
    return entry == NULL || entry->origin == QJSP__FROM_FILE || entry->origin == QJSP__FROM_TASK;
}

/* Whether it came from the host in place of a file. */
static bool is_host_module(qjsp_isolate *iso, const char *name)
{
    const qjsp__module_entry *entry = find_entry(iso, name);

    return entry != NULL && (entry->origin == QJSP__FROM_TABLE || entry->origin == QJSP__FROM_HOST);
}

/* ---- where to ---- */

static bool find_in_table(const qjsp_isolate *iso, qjsp__place *out)
{
    for (size_t i = 0; i < iso->opt.nmodules; i++) {
        if (strcmp(iso->opt.modules[i].specifier, out->name) == 0) {
            out->origin = QJSP__FROM_TABLE;
            out->index = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* Whether Node has it, with node: or without. */
static bool is_of_node(const char *name)
{
    static const char *const names[] = {
        "assert",      "async_hooks",
        "buffer",      "child_process",
        "crypto",      "dns",
        "events",      "http",
        "http2",       "https",
        "net",         "path",
        "perf_hooks",  "process",
        "querystring", "readline",
        "stream",      "string_decoder",
        "timers",      "tls",
        "tty",         "url",
        "util",        "v8",
        "vm",          "worker_threads",
        "zlib",
    };

    if (strncmp(name, "node:", 5) == 0)
        return true;
    for (size_t i = 0; i < QJSP_COUNTOF(names); i++) {
        size_t len = strlen(names[i]);

        if (strncmp(name, names[i], len) == 0 && (name[len] == '\0' || name[len] == '/'))
            return true;
    }
    return false;
}

/* What else is known about a module that is not there. */
static void add_hints(qjsp_isolate *iso, const char *specifier, const char *reason)
{
    qjsp_buffer *text = &iso->modules->message;
    const qjsp_buffer *tried = &iso->modules->resolver.tried;

    if (reason[0] != '\0')
        qjsp_buffer_printf(text, "; %.2000s", reason);
    if (iso->fs != NULL && is_of_node(specifier))
        qjsp_buffer_printf(text, "; guests are not Node and have no such module: mount a package "
                                 "that does the same, or give it in the table of modules");
    if (tried->len > 0)
        qjsp_buffer_printf(text, "; tried %.*s", (int)tried->len, (const char *)tried->data);
    qjsp_buffer_append(text, "", 1);
}

static bool no_memory(JSContext *ctx)
{
    JS_ThrowInternalError(ctx, "the host has no memory for a module");
    return false;
}

void qjsp__module_throw_not_found(qjsp_isolate *iso, const char *specifier, const char *importer,
                                  const char *reason, bool by_require)
{
    qjsp_buffer *text = &iso->modules->message;

    qjsp_buffer_clear(text);
    add_hints(iso, specifier, reason);
    if (text->status != QJSP_OK) {
        no_memory(iso->realm->ctx);
        return;
    }
    qjsp__module_throw(iso->realm->ctx, QJSP__REFERENCE_ERROR,
                       by_require ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND",
                       "module not found: '%.500s'%s%.500s%s", specifier,
                       iso->fs == NULL ? "" : ", imported from ", iso->fs == NULL ? "" : importer,
                       (const char *)text->data);
}

static bool throw_problem(qjsp_isolate *iso, const char *importer, const char *specifier)
{
    const qjsp__resolver *r = &iso->modules->resolver;
    bool is_missing = strcmp(r->code, "ERR_MODULE_NOT_FOUND") == 0;
    bool is_specifier = strcmp(r->code, "ERR_INVALID_MODULE_SPECIFIER") == 0;

    qjsp__module_throw(iso->realm->ctx,
                       is_missing     ? QJSP__REFERENCE_ERROR
                       : is_specifier ? QJSP__TYPE_ERROR
                                      : QJSP__PLAIN_ERROR,
                       r->code, "cannot import '%.500s' from %.500s: %.*s", specifier, importer,
                       (int)r->problem.len, (const char *)r->problem.data);
    return false;
}

typedef enum lookup { THERE, OTHER, NOT_THERE, THROWN } lookup;

/* On OTHER the name is what "imports" of package.json says of the specifier. */
static lookup find_file(qjsp_isolate *iso, const char *importer, const char *specifier,
                        bool by_require, qjsp__place *out)
{
    qjsp__resolver *r = &iso->modules->resolver;
    JSContext *ctx = iso->realm->ctx;
    qjsp_bytes from = { (const uint8_t *)importer, 0 };
    qjsp__resolve_state state;

    if (!qjsp__module_is_file(iso, importer, &from.len))
        from = (qjsp_bytes){ (const uint8_t *)"/", 1 };

    state = qjsp__resolve(r, specifier, from, by_require);
    switch (state) {
    case QJSP__RESOLVED:
    case QJSP__RESOLVE_OTHER: break;
    case QJSP__RESOLVE_NONE: return NOT_THERE;
    case QJSP__RESOLVE_ERROR: throw_problem(iso, importer, specifier); return THROWN;
    case QJSP__RESOLVE_NOMEM: no_memory(ctx); return THROWN;
    }
    js_free(ctx, out->name);
    out->name = js_strdup(ctx, (const char *)r->found.data);
    if (out->name == NULL)
        return THROWN;
    if (state == QJSP__RESOLVE_OTHER)
        return OTHER;
    out->origin = QJSP__FROM_FILE;
    out->path_len = (uint32_t)r->path_len;
    return THERE;
}

/* Table and builtins, of a name that is no path. */
static bool find_known(qjsp_isolate *iso, qjsp__place *out)
{
    if (find_in_table(iso, out))
        return true;
    if (!qjsp__builtin_exists(iso, out->name))
        return false;
    out->origin = QJSP__FROM_BUILTIN;
    return true;
}

/* What "imports" names may be another module of any kind, but not a # name again. */
static lookup find_other(qjsp_isolate *iso, const char *importer, bool by_require, qjsp__place *out)
{
    char *name = out->name;
    lookup found;

    if (find_known(iso, out))
        return THERE;
    out->name = NULL;
    found = find_file(iso, importer, name, by_require, out);
    if (found == NOT_THERE)
        out->name = name;
    else
        js_free(iso->realm->ctx, name);
    return found;
}

bool qjsp__module_locate(qjsp_isolate *iso, const char *importer, const char *specifier,
                         bool by_require, qjsp__place *out)
{
    JSContext *ctx = iso->realm->ctx;
    lookup found = NOT_THERE;

    *out = (qjsp__place){ .name = join_names(ctx, importer, specifier) };
    if (out->name == NULL)
        return false;
    if (find_known(iso, out))
        return true;
    qjsp_buffer_clear(&iso->modules->resolver.tried);
    if (iso->fs != NULL && !(is_relative(specifier) && is_host_module(iso, importer)))
        found = find_file(iso, importer, specifier, by_require, out);
    if (found == OTHER)
        found = find_other(iso, importer, by_require, out);
    if (found == THERE)
        return true;
    if (found == NOT_THERE && iso->opt.find_module != NULL) {
        out->origin = QJSP__FROM_HOST;
        return true;
    }
    if (found == NOT_THERE)
        qjsp__module_throw_not_found(iso, iso->fs == NULL ? out->name : specifier, importer, "",
                                     by_require);
    js_free(ctx, out->name);
    out->name = NULL;
    return false;
}
