/* SPDX-License-Identifier: MIT */
/*
 * CommonJS modules: one object `module` for each file of a realm, kept before the file runs, so
 * that a cycle finds what is exported so far. To ES modules each is a module whose exports are set
 * when its turn to run has come.
 */
#include <string.h>

#include "isolate/modules/modules.h"

/* ---- the objects ---- */

/* realm->modules.commonjs: by path; no guest sees it. */
static bool have_table(JSContext *ctx)
{
    qjsp__realm_modules *m = &qjsp__isolate_of(ctx)->realm->modules;

    if (JS_IsUndefined(m->commonjs)) {
        JSValue table = JS_NewObjectProto(ctx, JS_NULL);

        if (JS_IsException(table))
            return false;
        m->commonjs = table;
    }
    return true;
}

static bool set(JSContext *ctx, JSValueConst object, const char *key, JSValue value)
{
    return !JS_IsException(value) &&
           JS_DefinePropertyValueStr(ctx, object, key, value, JS_PROP_C_W_E) >= 0;
}

static JSValue new_string(JSContext *ctx, const char *text)
{
    return JS_NewStringLen(ctx, text, strlen(text));
}

static JSValue new_module(JSContext *ctx, const char *path)
{
    const char *last = strrchr(path, '/');
    JSValue module = JS_NewObject(ctx);

    if (JS_IsException(module))
        return module;
    if (set(ctx, module, "id", new_string(ctx, path)) &&
        set(ctx, module, "path",
            JS_NewStringLen(ctx, path, last == path ? 1 : (size_t)(last - path))) &&
        set(ctx, module, "exports", JS_NewObject(ctx)) &&
        set(ctx, module, "filename", new_string(ctx, path)) && set(ctx, module, "loaded", JS_FALSE))
        return module;
    JS_FreeValue(ctx, module);
    return JS_EXCEPTION;
}

static void forget(JSContext *ctx, const char *path)
{
    JSValue error = JS_GetException(ctx);
    JSAtom atom = JS_NewAtom(ctx, path);

    if (atom != JS_ATOM_NULL)
        JS_DeleteProperty(ctx, qjsp__isolate_of(ctx)->realm->modules.commonjs, atom, 0);
    JS_FreeAtom(ctx, atom);
    JS_FreeValue(ctx, JS_GetException(ctx));
    JS_Throw(ctx, error);
}

/* ---- running ---- */

/* False: an exception is pending. */
static bool call(JSContext *ctx, JSValueConst function, JSValueConst module, const char *path)
{
    JSValue args[5] = {
        JS_GetPropertyStr(ctx, module, "exports"),
        qjsp__require_new(ctx, path),
        JS_DupValue(ctx, module),
        JS_GetPropertyStr(ctx, module, "filename"),
        JS_GetPropertyStr(ctx, module, "path"),
    };
    JSValue ret = JS_EXCEPTION;

    if (!JS_IsException(args[1]))
        ret = JS_Call(ctx, function, args[0], 5, (JSValueConst *)args);
    for (size_t i = 0; i < QJSP_COUNTOF(args); i++)
        JS_FreeValue(ctx, args[i]);
    JS_FreeValue(ctx, ret);
    return !JS_IsException(ret);
}

static bool run_code(JSContext *ctx, JSValueConst module, const char *path,
                     const qjsp__source *source)
{
    JSValue function = qjsp__compile_commonjs(qjsp__isolate_of(ctx), path, source);
    bool ok = !JS_IsException(function);

    if (ok && !JS_IsFunction(ctx, function)) {
        JS_ThrowSyntaxError(ctx, "the text of a CommonJS module must not end its function");
        ok = false;
    }
    ok = ok && call(ctx, function, module, path);
    JS_FreeValue(ctx, function);
    return ok;
}

static bool fill(JSContext *ctx, JSValueConst module, const char *path, qjsp__file_kind kind)
{
    qjsp__source source;
    bool ok;

    if (!qjsp__source_read(qjsp__isolate_of(ctx), path, kind != QJSP__FILE_JSON, &source))
        return false;
    if (kind == QJSP__FILE_JSON)
        ok = set(ctx, module, "exports", JS_ParseJSON(ctx, source.text, source.len, path));
    else
        ok = run_code(ctx, module, path, &source);
    qjsp__source_fini(ctx, &source);
    return ok && set(ctx, module, "loaded", JS_TRUE);
}

JSValue qjsp__commonjs_run(JSContext *ctx, const char *path, qjsp__file_kind kind)
{
    JSValue module, exports;

    if (!have_table(ctx))
        return JS_EXCEPTION;
    module = JS_GetPropertyStr(ctx, qjsp__isolate_of(ctx)->realm->modules.commonjs, path);
    if (JS_IsUndefined(module)) {
        module = new_module(ctx, path);
        if (JS_IsException(module) || !set(ctx, qjsp__isolate_of(ctx)->realm->modules.commonjs,
                                           path, JS_DupValue(ctx, module)))
            goto fail;
        if (!fill(ctx, module, path, kind)) {
            forget(ctx, path);
            goto fail;
        }
    }
    exports = JS_GetPropertyStr(ctx, module, "exports");
    JS_FreeValue(ctx, module);
    return exports;
fail:
    JS_FreeValue(ctx, module);
    return JS_EXCEPTION;
}

/* ---- as an ES module ---- */

/* The private value is an array: the path, then the names of the exports but for "default". */
static char *path_of(JSContext *ctx, JSValueConst list)
{
    JSValue value = JS_GetPropertyInt64(ctx, list, 0);
    const char *text = JS_ToCString(ctx, value);
    char *path = text == NULL ? NULL : js_strdup(ctx, text);

    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, value);
    return path;
}

/* What a name has, when the module has run; a getter that throws is undefined, as in Node. */
static JSValue get_export(JSContext *ctx, JSValueConst exports, JSAtom name)
{
    JSValue value;

    if (!JS_IsObject(exports))
        return JS_UNDEFINED;
    value = JS_GetProperty(ctx, exports, name);
    if (!JS_IsException(value))
        return value;
    value = JS_GetException(ctx);
    if (JS_IsUncatchableError(value))
        return JS_Throw(ctx, value);
    JS_FreeValue(ctx, value);
    return JS_UNDEFINED;
}

static bool set_named(JSContext *ctx, JSModuleDef *module, JSValueConst list, JSValueConst exports)
{
    int64_t n = 0;
    bool ok = JS_GetLength(ctx, list, &n) >= 0;

    for (int64_t i = 1; ok && i < n; i++) {
        JSValue name = JS_GetPropertyInt64(ctx, list, i), value;
        JSAtom atom = JS_ValueToAtom(ctx, name);
        const char *text = atom == JS_ATOM_NULL ? NULL : JS_AtomToCString(ctx, atom);

        value = text == NULL ? JS_EXCEPTION : get_export(ctx, exports, atom);
        ok = !JS_IsException(value) && JS_SetModuleExport(ctx, module, text, value) >= 0;
        JS_FreeCString(ctx, text);
        JS_FreeAtom(ctx, atom);
        JS_FreeValue(ctx, name);
    }
    return ok;
}

static int evaluate(JSContext *ctx, JSModuleDef *module)
{
    JSValue list = JS_GetModulePrivateValue(ctx, module), exports = JS_EXCEPTION;
    char *path = path_of(ctx, list);
    bool ok;

    if (path != NULL)
        exports = qjsp__commonjs_run(ctx, path, QJSP__FILE_CJS);
    ok = !JS_IsException(exports) && set_named(ctx, module, list, exports) &&
         JS_SetModuleExport(ctx, module, "default", JS_DupValue(ctx, exports)) >= 0;
    JS_FreeValue(ctx, exports);
    JS_FreeValue(ctx, list);
    js_free(ctx, path);
    return ok ? 0 : -1;
}

/* ---- its names ---- */

/* All that is exported in the end, with what it exports of others. */
typedef struct collector {
    qjsp_isolate *iso;
    qjsp_buffer names; /* each with a NUL behind it; may be there twice */
    uint32_t nfiles;
} collector;

/* Files that one module may export the names of, one through another. */
enum { MAX_FILES = 128, MAX_DEPTH = 8 };

static bool collect(collector *c, const char *path, const qjsp__source *source, int depth);

/* Of a file that could not be had nothing is exported; whoever runs into it will hear why. */
static bool collect_from(collector *c, const char *path, const char *specifier, int depth)
{
    JSContext *ctx = c->iso->realm->ctx;
    qjsp__file_kind kind;
    qjsp__source source;
    qjsp__place place;
    bool ok = true;

    if (++c->nfiles > MAX_FILES || depth > MAX_DEPTH)
        return true;
    if (!qjsp__module_locate(c->iso, path, specifier, true, &place)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return true;
    }
    if (place.origin == QJSP__FROM_FILE && qjsp__file_kind_of(c->iso, place.name, &kind) &&
        (kind == QJSP__FILE_CJS || kind == QJSP__FILE_UNSURE) &&
        qjsp__source_read(c->iso, place.name, true, &source)) {
        ok = collect(c, place.name, &source, depth + 1);
        qjsp__source_fini(ctx, &source);
    }
    js_free(ctx, place.name);
    JS_FreeValue(ctx, JS_GetException(ctx));
    return ok;
}

/* The names of one text, from the cache or by reading it: its own, a byte 1, those that it exports
 * all of. */
static bool scan(qjsp_isolate *iso, const char *path, const qjsp__source *source, qjsp_buffer *out)
{
    qjsp_bytes key = { (const uint8_t *)source->text, source->len };
    qjsp_bytes known = qjsp__code_cache_find(&iso->modules->cache, path, key, QJSP__CODE_NAMES);
    qjsp_buffer others;
    bool ok;

    if (known.data != NULL) {
        qjsp_buffer_append(out, known.data, known.len);
        return out->status == QJSP_OK;
    }
    qjsp_buffer_init(&others, iso->alloc, 0);
    ok = qjsp__commonjs_names(key, out, &others);
    qjsp_buffer_append(out, "\1", 2);
    qjsp_buffer_append(out, others.data, others.len);
    qjsp_buffer_fini(&others);
    ok = ok && out->status == QJSP_OK;
    if (ok)
        qjsp__code_cache_put(&iso->modules->cache, path, key, QJSP__CODE_NAMES,
                             qjsp_buffer_peek(out));
    return ok;
}

static bool collect(collector *c, const char *path, const qjsp__source *source, int depth)
{
    qjsp_buffer found;
    bool ok, are_others = false;

    qjsp_buffer_init(&found, c->iso->alloc, 0);
    ok = scan(c->iso, path, source, &found);
    for (size_t at = 0; ok && at < found.len;) {
        const char *name = (const char *)found.data + at;
        size_t size = strlen(name) + 1;

        if (strcmp(name, "\1") == 0)
            are_others = true;
        else if (are_others)
            ok = collect_from(c, path, name, depth);
        else
            qjsp_buffer_append(&c->names, name, size);
        at += size;
    }
    qjsp_buffer_fini(&found);
    return ok && c->names.status == QJSP_OK;
}

/* ---- making it ---- */

/* Adds an export unless it is there; a set of names keeps that quick. */
static bool add_export(JSContext *ctx, JSModuleDef *module, JSValueConst list, JSValueConst seen,
                       const char *name, uint32_t *n)
{
    JSAtom atom = JS_NewAtom(ctx, name);
    int has = atom == JS_ATOM_NULL ? -1 : JS_HasProperty(ctx, seen, atom);
    bool ok = has >= 0;

    if (has == 0)
        ok = JS_DefinePropertyValue(ctx, seen, atom, JS_TRUE, JS_PROP_C_W_E) >= 0 &&
             JS_DefinePropertyValueUint32(ctx, list, (*n)++, JS_NewString(ctx, name),
                                          JS_PROP_C_W_E) >= 0 &&
             JS_AddModuleExport(ctx, module, name) >= 0;
    JS_FreeAtom(ctx, atom);
    return ok;
}

static bool add_exports(JSContext *ctx, JSModuleDef *module, JSValueConst list,
                        const qjsp_buffer *names)
{
    JSValue seen = JS_NewObjectProto(ctx, JS_NULL);
    bool ok = !JS_IsException(seen) && JS_AddModuleExport(ctx, module, "default") >= 0;
    uint32_t n = 1;

    for (size_t at = 0; ok && at < names->len;) {
        const char *name = (const char *)names->data + at;

        if (strcmp(name, "default") != 0)
            ok = add_export(ctx, module, list, seen, name, &n);
        at += strlen(name) + 1;
    }
    JS_FreeValue(ctx, seen);
    return ok;
}

static JSModuleDef *new_module_def(JSContext *ctx, const char *name, const char *path,
                                   const qjsp_buffer *names)
{
    JSModuleDef *module = JS_NewCModule(ctx, name, evaluate);
    JSValue list = module == NULL ? JS_EXCEPTION : JS_NewArray(ctx);

    if (JS_IsException(list) ||
        JS_DefinePropertyValueUint32(ctx, list, 0, JS_NewString(ctx, path), JS_PROP_C_W_E) < 0 ||
        !add_exports(ctx, module, list, names)) {
        JS_FreeValue(ctx, list);
        return NULL;
    }
    JS_SetModulePrivateValue(ctx, module, list);
    return module;
}

JSModuleDef *qjsp__commonjs_module(qjsp_isolate *iso, const char *name, const char *path,
                                   const qjsp__source *source)
{
    collector c = { .iso = iso };
    JSModuleDef *module = NULL;

    qjsp_buffer_init(&c.names, iso->alloc, 0);
    if (collect(&c, path, source, 0))
        module = new_module_def(iso->realm->ctx, name, path, &c.names);
    else
        JS_ThrowInternalError(iso->realm->ctx, "the host has no memory for a module");
    qjsp_buffer_fini(&c.names);
    return module;
}
