/* SPDX-License-Identifier: MIT */
/*
 * From source to code, or from the cache of what was compiled before.
 *
 * What goes into the cache was written by the engine a moment ago, from what it had just compiled
 * and nothing had run, so it is read back without doubts. It is written in the guest's memory, so
 * that is done only with room to spare, and a failure is forgiven. The engine does not write the
 * attributes of imports: a module that has any is compiled each time.
 */
#include <string.h>

#include "isolate/engine/engine.h"
#include "isolate/modules/modules.h"
#include "source/redeclare.h"

/* Lines of our own before a function, so that the file's keep their numbers; see evaluate.c. */
static const char HEAD[] = "(function (exports, require, module, __filename, __dirname) {\n\n";
static const char TAIL[] = "\n})";

static qjsp_bytes bytes_of(const char *text, size_t len)
{
    return (qjsp_bytes){ (const uint8_t *)text, len };
}

/* ---- the cache ---- */

/* What is written is a few times the source; deep nesting of functions makes it more. */
static bool has_room_to_write(const qjsp_isolate *iso, size_t source_len)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(iso->arena, &usage);
    return usage.live < iso->memory_limit &&
           (iso->memory_limit - usage.live) / 16 > source_len + 64 * 1024;
}

static void remember(qjsp_isolate *iso, const char *name, qjsp_bytes source, qjsp__code_form form,
                     JSValueConst compiled)
{
    JSContext *ctx = iso->realm->ctx;
    uint8_t *code;
    size_t len;

    if (source.len > iso->modules->cache.limit || !has_room_to_write(iso, source.len))
        return;
    code = JS_WriteObject(ctx, &len, compiled, JS_WRITE_OBJ_BYTECODE);
    /* the engine does not notice every allocation that fails meanwhile */
    if (code != NULL && !qjsp__arena_was_exhausted(iso->arena))
        qjsp__code_cache_put(&iso->modules->cache, name, source, form, (qjsp_bytes){ code, len });
    js_free(ctx, code);
    if (code == NULL || qjsp__arena_was_exhausted(iso->arena)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        qjsp__arena_forgive(iso->arena);
    }
}

/*
 * JS_UNDEFINED: not there. Where an allocation fails meanwhile the engine frees lists that it has
 * not made (0.17.0), so that ends the isolate. Meanwhile it asks for what a module imports, too.
 */
static JSValue recall(qjsp_isolate *iso, const char *name, qjsp_bytes source, qjsp__code_form form)
{
    qjsp_bytes code = qjsp__code_cache_find(&iso->modules->cache, name, source, form);

    bool needed_memory = iso->needs_memory;
    JSValue value;

    if (code.len == 0)
        return JS_UNDEFINED;
    iso->needs_memory = true;
    value = JS_ReadObject(iso->realm->ctx, code.data, code.len, JS_READ_OBJ_BYTECODE);
    iso->needs_memory = needed_memory;
    return value;
}

/* ---- ES modules ---- */

/* Whether one of its imports has attributes: then the engine would forget them. */
static bool has_attributes(qjsp_isolate *iso, const char *name)
{
    const qjsp__registry *g = &iso->realm->modules.registry;
    JSAtom atom = JS_NewAtom(iso->realm->ctx, name);
    uint32_t at =
        atom == JS_ATOM_NULL ? QJSP__NO_MODULE : qjsp__registry_find(g, atom, QJSP__AS_CODE);

    JS_FreeAtom(iso->realm->ctx, atom);
    return at == QJSP__NO_MODULE || g->entries[at].has_attributes;
}

static bool may_use_meta(const char *text, size_t len)
{
    for (const char *p = text; (p = memchr(p, 'm', len - (size_t)(p - text))) != NULL; p++) {
        if (strncmp(p, "meta", 4) == 0)
            return true;
    }
    return memchr(text, '\\', len) != NULL;
}

JSModuleDef *qjsp__compile_module(qjsp_isolate *iso, const char *name, const char *text, size_t len)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp_bytes source = bytes_of(text, len);
    JSValue value = recall(iso, name, source, QJSP__CODE_MODULE);
    bool is_new = JS_IsUndefined(value);
    JSModuleDef *module;

    if (is_new)
        value = JS_Eval(ctx, text, len, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(value))
        return NULL;
    if (is_new && !has_attributes(iso, name))
        remember(iso, name, source, QJSP__CODE_MODULE, value);
    module = JS_VALUE_GET_PTR(value);
    JS_FreeValue(ctx, value); /* the engine's list of modules holds it */
    if (!is_new)
        qjsp__engine_set_resolved(module);
    if (!may_use_meta(text, len))
        return module;
    return qjsp__module_set_meta(ctx, module, name, false) ? module : NULL;
}

/* ---- CommonJS ---- */

/* The file's text in a function, that much memory more. A #! line becomes a comment. */
static char *wrap(JSContext *ctx, const qjsp__source *source, size_t *len)
{
    char *text = js_malloc(ctx, sizeof HEAD + sizeof TAIL + source->len);
    size_t head = sizeof HEAD - 1;

    if (text == NULL)
        return NULL;
    memcpy(text, HEAD, head);
    memcpy(text + head, source->text, source->len);
    if (source->len >= 2 && memcmp(source->text, "#!", 2) == 0)
        memcpy(text + head, "//", 2);
    memcpy(text + head + source->len, TAIL, sizeof TAIL);
    *len = head + source->len + sizeof TAIL - 1;
    return text;
}

static JSValue compile_wrapped(JSContext *ctx, const char *path, const qjsp__source *source)
{
    JSEvalOptions options = {
        .version = JS_EVAL_OPTIONS_VERSION,
        .eval_flags = JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY,
        .filename = path,
        .line_num = -1,
    };
    size_t len;
    char *text = wrap(ctx, source, &len);
    JSValue value = text == NULL ? JS_EXCEPTION : JS_Eval2(ctx, text, len, &options);

    js_free(ctx, text);
    return value;
}

JSValue qjsp__compile_commonjs(qjsp_isolate *iso, const char *path, const qjsp__source *source)
{
    qjsp_bytes key = bytes_of(source->text, source->len);
    JSValue value = recall(iso, path, key, QJSP__CODE_COMMONJS);

    if (JS_IsUndefined(value)) {
        value = compile_wrapped(iso->realm->ctx, path, source);
        if (!JS_IsException(value))
            remember(iso, path, key, QJSP__CODE_COMMONJS, value);
    }
    return JS_IsException(value) ? value : JS_EvalFunction(iso->realm->ctx, value);
}

/* ---- which of the two ---- */

/*
 * What no package.json says is what the text is, as in Node since 22: import and export make a module; with
 * nothing but await it is one if it is not valid CommonJS.
 */
static qjsp__file_kind look_at(qjsp_isolate *iso, const char *path, const qjsp__source *source)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp__source_facts facts;
    JSValue value;

    qjsp__source_scan(bytes_of(source->text, source->len), &facts);
    if (facts.is_module || facts.has_meta)
        return QJSP__FILE_ESM;
    if (!facts.has_await)
        return QJSP__FILE_CJS;
    value = compile_wrapped(ctx, path, source);
    if (!JS_IsException(value)) {
        JS_FreeValue(ctx, value);
        return QJSP__FILE_CJS;
    }
    JS_FreeValue(ctx, JS_GetException(ctx));
    return QJSP__FILE_ESM;
}

qjsp__file_kind qjsp__kind_of_source(qjsp_isolate *iso, const char *path,
                                     const qjsp__source *source)
{
    qjsp_bytes key = bytes_of(source->text, source->len);
    qjsp__code_cache *cache = &iso->modules->cache;
    qjsp_bytes known = qjsp__code_cache_find(cache, path, key, QJSP__CODE_KIND);
    uint8_t kind;

    if (known.len == 1)
        return (qjsp__file_kind)known.data[0];
    kind = (uint8_t)look_at(iso, path, source);
    qjsp__code_cache_put(cache, path, key, QJSP__CODE_KIND, (qjsp_bytes){ &kind, 1 });
    return (qjsp__file_kind)kind;
}
