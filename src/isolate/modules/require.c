/* SPDX-License-Identifier: MIT */
/*
 * require() and module.createRequire().
 *
 * An ES module can be required if it is there at once. The engine evaluates a graph by recursion
 * and takes it for granted that it is not asked to evaluate a part of it meanwhile: a module that
 * reaches one that is running is refused (Node: ERR_REQUIRE_CYCLE_MODULE).
 */
#include <string.h>

#include "isolate/engine/engine.h"
#include "isolate/modules/file_url.h"
#include "isolate/modules/modules.h"

/* ---- ES modules ---- */

/* What of the marked modules stands against running them now; NULL: nothing. */
static const char *find_obstacle(const qjsp_isolate *iso, const char **code)
{
    const qjsp__registry *g = &iso->realm->modules.registry;
    bool has_async = false;

    for (uint32_t i = 0; i < g->n; i++) {
        const qjsp__module_entry *entry = &g->entries[i];

        if (!entry->is_marked || entry->def == NULL)
            continue;
        if (qjsp__engine_is_evaluating(entry->def)) {
            *code = "ERR_REQUIRE_CYCLE_MODULE";
            return "it imports a module that is running";
        }
        has_async = has_async || qjsp__engine_is_async(entry->def);
    }
    *code = "ERR_REQUIRE_ASYNC_MODULE";
    return has_async ? "it, or a module that it imports, awaits something at its top level" : NULL;
}

static JSValue throw_obstacle(JSContext *ctx, const char *path, const char *code, const char *why)
{
    qjsp__module_throw(ctx, QJSP__PLAIN_ERROR, code, "cannot require %.1000s: %s; use import()",
                       path, why);
    return JS_EXCEPTION;
}

static JSValue settle_module(JSContext *ctx, JSModuleDef *module, JSValue promise, const char *path)
{
    JSPromiseStateEnum state = JS_PromiseState(ctx, promise);

    JS_PromiseMarkAsHandled(ctx, promise);
    if (state == JS_PROMISE_REJECTED) {
        JS_Throw(ctx, JS_PromiseResult(ctx, promise));
        JS_FreeValue(ctx, promise);
        return JS_EXCEPTION;
    }
    JS_FreeValue(ctx, promise);
    if (state == JS_PROMISE_FULFILLED)
        return JS_GetModuleNamespace(ctx, module);
    return throw_obstacle(ctx, path, "ERR_REQUIRE_ASYNC_MODULE", "it awaits something");
}

static JSValue evaluate(JSContext *ctx, JSModuleDef *module, const char *path)
{
    JSValue promise = JS_EvalFunction(ctx, JS_DupValue(ctx, JS_MKPTR(JS_TAG_MODULE, module)));

    return JS_IsException(promise) ? promise : settle_module(ctx, module, promise, path);
}

static void append_quoted(qjsp_buffer *out, const char *text)
{
    qjsp_buffer_append(out, "'", 1);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == '\'' || c == '\\')
            qjsp_buffer_printf(out, "\\x%02x", c);
        else
            qjsp_buffer_append(out, text, 1);
    }
    qjsp_buffer_append(out, "'", 1);
}

/* The namespace of a module that exports the same, and __esModule. */
static JSValue with_mark(JSContext *ctx, const char *name)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    JSModuleDef *module = NULL;
    qjsp_buffer text;
    size_t name_at;

    qjsp_buffer_init(&text, iso->alloc, 0);
    qjsp_buffer_printf(&text, "export const __esModule = true; export * from ");
    append_quoted(&text, name);
    qjsp_buffer_printf(&text, "; export { default } from ");
    append_quoted(&text, name);
    qjsp_buffer_append(&text, "", 1);
    name_at = text.len;
    qjsp_buffer_printf(&text, "%s?__esModule", name);
    qjsp_buffer_append(&text, "", 1);
    if (text.status == QJSP_OK)
        module = qjsp__modules_load_text(iso, (const char *)text.data + name_at,
                                         (const char *)text.data);
    else
        JS_ThrowInternalError(ctx, "the host has no memory for a module");
    qjsp_buffer_fini(&text);
    return module == NULL ? JS_EXCEPTION : evaluate(ctx, module, name);
}

/*
 * What of a namespace is returned: its export "module.exports" where it has one. Code that was made from ES modules
 * looks for __esModule before it looks for default, so a namespace that has but the latter gets it, in an object of
 * its own.
 */
static JSValue convert(JSContext *ctx, JSValue ns, const char *name)
{
    JSAtom exports = JS_NewAtom(ctx, "module.exports"), mark = JS_NewAtom(ctx, "__esModule");
    JSAtom fallback = JS_NewAtom(ctx, "default");
    JSValue ret = JS_EXCEPTION;

    if (exports == JS_ATOM_NULL || mark == JS_ATOM_NULL || fallback == JS_ATOM_NULL) {
        JS_FreeValue(ctx, ns);
    } else if (JS_HasProperty(ctx, ns, exports) > 0) {
        ret = JS_GetProperty(ctx, ns, exports);
        JS_FreeValue(ctx, ns);
    } else if (JS_HasProperty(ctx, ns, fallback) > 0 && JS_HasProperty(ctx, ns, mark) == 0) {
        JS_FreeValue(ctx, ns);
        ret = with_mark(ctx, name);
    } else {
        ret = ns;
    }
    JS_FreeAtom(ctx, exports);
    JS_FreeAtom(ctx, mark);
    JS_FreeAtom(ctx, fallback);
    return ret;
}

static JSValue require_module(JSContext *ctx, const qjsp__place *place)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    uint32_t at = qjsp__modules_load_place(iso, place);
    qjsp__registry *g = &iso->realm->modules.registry;
    const char *why, *code;
    JSValue ns;

    if (at == QJSP__NO_MODULE || !qjsp__registry_walk(ctx, g, &at, 1, false))
        return JS_EXCEPTION;
    why = find_obstacle(iso, &code);
    if (why != NULL)
        return throw_obstacle(ctx, place->name, code, why);
    ns = evaluate(ctx, g->entries[at].def, place->name);
    return JS_IsException(ns) ? ns : convert(ctx, ns, place->name);
}

/* ---- require ---- */

static JSValue require_file(JSContext *ctx, const qjsp__place *place)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    const char *path = place->name;
    qjsp__file_kind kind;
    qjsp__source source;

    if (!qjsp__file_kind_of(iso, path, &kind))
        return JS_EXCEPTION;
    if (kind == QJSP__FILE_UNSURE) {
        if (!qjsp__source_read(iso, path, true, &source))
            return JS_EXCEPTION;
        kind = qjsp__kind_of_source(iso, path, &source);
        qjsp__source_fini(ctx, &source);
    }
    if (kind == QJSP__FILE_ESM)
        return require_module(ctx, place);
    return qjsp__commonjs_run(ctx, path, kind);
}

/* What the host gives is ES modules. */
static JSValue require_place(JSContext *ctx, const qjsp__place *place)
{
    if (place->origin == QJSP__FROM_FILE)
        return require_file(ctx, place);
    if (place->origin == QJSP__FROM_BUILTIN)
        return qjsp__builtin_object(ctx, place->name);
    return require_module(ctx, place);
}

/* A string without a NUL; NULL: an exception is pending. */
static const char *take_specifier(JSContext *ctx, JSValueConst value)
{
    const char *text;
    size_t len;

    if (!JS_IsString(value)) {
        qjsp__module_throw(ctx, QJSP__TYPE_ERROR, "ERR_INVALID_ARG_TYPE",
                           "the name of a module must be a string");
        return NULL;
    }
    text = JS_ToCStringLen(ctx, &len, value);
    if (text != NULL && (len == 0 || strlen(text) != len)) {
        JS_FreeCString(ctx, text);
        qjsp__module_throw(ctx, QJSP__TYPE_ERROR, "ERR_INVALID_ARG_VALUE",
                           "the name of a module must not be empty or have a NUL");
        return NULL;
    }
    return text;
}

static bool locate(JSContext *ctx, JSValueConst from, JSValueConst value, qjsp__place *out)
{
    const char *specifier = take_specifier(ctx, value);
    const char *path = specifier == NULL ? NULL : JS_ToCString(ctx, from);
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    bool ok = path != NULL && qjsp__isolate_may_call_out(iso) &&
              qjsp__module_locate(iso, path, specifier, true, out);

    if (ok) {
        iso->modules->importer = QJSP__NO_MODULE;
        qjsp_buffer_clear(&iso->importer); /* as the host is told it */
        qjsp_buffer_append(&iso->importer, path, strlen(path) + 1);
    }
    JS_FreeCString(ctx, path);
    JS_FreeCString(ctx, specifier);
    return ok;
}

static JSValue require(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                       int magic, JSValueConst *data)
{
    qjsp__place place;
    JSValue ret;

    (void)this_val;
    (void)magic;
    if (!locate(ctx, data[0], argc > 0 ? argv[0] : JS_UNDEFINED, &place))
        return JS_EXCEPTION;
    ret = require_place(ctx, &place);
    js_free(ctx, place.name);
    return ret;
}

static JSValue resolve(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                       int magic, JSValueConst *data)
{
    qjsp__place place;
    JSValue ret;

    (void)this_val;
    (void)magic;
    if (!locate(ctx, data[0], argc > 0 ? argv[0] : JS_UNDEFINED, &place))
        return JS_EXCEPTION;
    ret = JS_NewString(ctx, place.name);
    js_free(ctx, place.name);
    return ret;
}

JSValue qjsp__require_new(JSContext *ctx, const char *path)
{
    JSValue data = JS_NewString(ctx, path), function = JS_EXCEPTION, other = JS_EXCEPTION;

    if (!JS_IsException(data)) {
        function = JS_NewCFunctionData(ctx, require, 1, 0, 1, (JSValueConst *)&data);
        other = JS_NewCFunctionData(ctx, resolve, 1, 0, 1, (JSValueConst *)&data);
    }
    JS_FreeValue(ctx, data);
    if (JS_IsException(function) || JS_IsException(other) ||
        JS_DefinePropertyValueStr(ctx, function, "resolve", JS_DupValue(ctx, other),
                                  JS_PROP_C_W_E) < 0) {
        JS_FreeValue(ctx, function);
        function = JS_EXCEPTION;
    }
    JS_FreeValue(ctx, other);
    return function;
}

/* ---- the module "module" ---- */

static JSValue create_require(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    const char *text = take_specifier(ctx, argv[0]), *problem;
    qjsp__reference ref;
    JSValue ret;

    (void)this_val;
    (void)argc;
    if (text == NULL)
        return JS_EXCEPTION;
    problem = text[0] == '/'            ? qjsp__reference_parse_plain("", text, &ref)
              : qjsp__is_file_url(text) ? qjsp__reference_parse("", text, &ref)
                                        : "it is neither";
    if (problem != NULL) {
        qjsp__module_throw(ctx, QJSP__TYPE_ERROR, "ERR_INVALID_ARG_VALUE",
                           "createRequire takes an absolute path or a file: URL, not '%.200s': %s",
                           text, problem);
        JS_FreeCString(ctx, text);
        return JS_EXCEPTION;
    }
    JS_FreeCString(ctx, text);
    /* of a folder: as if of a file in it */
    if (ref.path.wants_directory && ref.path.len > 1 && ref.path.len + 2 < sizeof ref.path.text)
        memcpy(ref.path.text + ref.path.len, "/", 2);
    ret = qjsp__require_new(ctx, ref.path.text);
    return ret;
}

static JSValue is_builtin(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    const char *name = JS_ToCString(ctx, argv[0]);
    bool is_it;

    (void)this_val;
    (void)argc;
    if (name == NULL)
        return JS_EXCEPTION;
    is_it = qjsp__builtin_exists(qjsp__isolate_of(ctx), name);
    JS_FreeCString(ctx, name);
    return JS_NewBool(ctx, is_it);
}

const JSCFunctionListEntry qjsp__module_entries[QJSP__NMODULE] = {
    JS_CFUNC_DEF("createRequire", 1, create_require),
    JS_CFUNC_DEF("isBuiltin", 1, is_builtin),
};
