/* SPDX-License-Identifier: MIT */
/*
 * Where imports come from: the table of the options, then modules about files where there
 * are any, then the callback, and nowhere else. Relative specifiers are resolved against the importer's name
 * (RFC 3986, section 5.2.4, on paths); all others are taken as they are.
 */
#include <string.h>

#include "isolate/files/files.h"
#include "isolate/isolate.h"

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

static char *normalize(JSContext *ctx, const char *importer, const char *name, void *opaque)
{
    const char *slash = strrchr(importer, '/');
    size_t base = slash == NULL ? 0 : (size_t)(slash - importer), len;
    qjsp_isolate *iso = opaque;
    char *out;

    /* the engine asks for the module itself right after its name, and does not say again for whom */
    qjsp_buffer_clear(&iso->importer);
    qjsp_buffer_append(&iso->importer, importer, strlen(importer) + 1);
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

static const qjsp_module *find_in_table(const qjsp_isolate *iso, const char *name)
{
    for (size_t i = 0; i < iso->opt.nmodules; i++) {
        if (strcmp(iso->opt.modules[i].specifier, name) == 0)
            return &iso->opt.modules[i];
    }
    return NULL;
}

static int set_json_export(JSContext *ctx, JSModuleDef *module)
{
    return JS_SetModuleExport(ctx, module, "default", JS_GetModulePrivateValue(ctx, module));
}

static JSModuleDef *make_json(JSContext *ctx, const char *name, const char *text, size_t len)
{
    JSValue value = JS_ParseJSON(ctx, text, len, name);
    JSModuleDef *module;

    if (JS_IsException(value))
        return NULL;
    module = JS_NewCModule(ctx, name, set_json_export);
    if (module == NULL || JS_AddModuleExport(ctx, module, "default") < 0) {
        JS_FreeValue(ctx, value);
        return NULL;
    }
    JS_SetModulePrivateValue(ctx, module, value);
    return module;
}

bool qjsp__module_set_url(JSContext *ctx, JSModuleDef *module, const char *name)
{
    JSValue meta = JS_GetImportMeta(ctx, module);
    int ret;

    if (JS_IsException(meta))
        return false;
    ret = JS_DefinePropertyValueStr(ctx, meta, "url", JS_NewString(ctx, name), JS_PROP_C_W_E);
    JS_FreeValue(ctx, meta);
    return ret >= 0;
}

static JSModuleDef *compile(JSContext *ctx, const char *name, const char *text, size_t len)
{
    JSValue value = JS_Eval(ctx, text, len, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    JSModuleDef *module;

    if (JS_IsException(value))
        return NULL;
    module = JS_VALUE_GET_PTR(value);
    JS_FreeValue(ctx, value); /* the engine's list of modules holds it */
    return qjsp__module_set_url(ctx, module, name) ? module : NULL;
}

/* with { type: "json" } (ECMA-262, ParseJSONModule) */
static bool is_json(JSContext *ctx, JSValueConst attributes)
{
    const char *type;
    JSValue value;
    bool is_it;

    if (!JS_IsObject(attributes))
        return false;
    value = JS_GetPropertyStr(ctx, attributes, "type");
    type = JS_IsString(value) ? JS_ToCString(ctx, value) : NULL;
    is_it = type != NULL && strcmp(type, "json") == 0;
    JS_FreeCString(ctx, type);
    JS_FreeValue(ctx, value);
    return is_it;
}

static JSModuleDef *make_module(JSContext *ctx, const char *name, qjsp_bytes source,
                                JSValueConst attributes)
{
    const char *text = (const char *)source.data;

    return is_json(ctx, attributes) ? make_json(ctx, name, text, source.len)
                                    : compile(ctx, name, text, source.len);
}

/* reason: ends with a NUL; may be empty. */
static JSModuleDef *throw_not_found(JSContext *ctx, const char *name, const char *reason)
{
    JS_ThrowReferenceError(ctx, "module not found: '%s'%s%s", name, *reason == '\0' ? "" : "; ",
                           reason);
    return NULL;
}

static JSModuleDef *ask_host(qjsp_isolate *iso, const char *name, JSValueConst attributes)
{
    JSContext *ctx = iso->realm->ctx;
    JSModuleDef *module = NULL;
    const char *importer = iso->importer.len == 0 ? "" : (const char *)iso->importer.data;
    qjsp_buffer out;
    qjsp_status st;

    qjsp_buffer_init(&out, iso->alloc, iso->opt.source_limit);
    st = iso->opt.find_module(iso->opt.module_ud, name, importer, &out);
    qjsp_buffer_append(&out, "", 1);
    if (!qjsp__isolate_may_call_out(iso))
        module = NULL;
    else if (st != QJSP_OK || out.status != QJSP_OK)
        module = throw_not_found(ctx, name, out.status == QJSP_OK ? (const char *)out.data : "");
    else
        module = make_module(ctx, name, (qjsp_bytes){ out.data, out.len - 1 }, attributes);
    qjsp_buffer_fini(&out);
    return module;
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque, JSValueConst attributes)
{
    qjsp_isolate *iso = opaque;
    const qjsp_module *found = find_in_table(iso, name);
    JSModuleDef *builtin;

    if (found != NULL)
        return make_module(ctx, name, found->source, attributes);
    if (qjsp__files_find_module(iso, name, &builtin))
        return builtin;
    if (!qjsp__isolate_may_call_out(iso))
        return NULL;
    if (iso->opt.find_module != NULL)
        return ask_host(iso, name, attributes);
    return throw_not_found(ctx, name, "");
}

static int check_attributes(JSContext *ctx, void *opaque, JSValueConst attributes)
{
    (void)ctx;
    (void)opaque;
    (void)attributes;
    return 0; /* unknown ones are ignored, as engines without a host do */
}

void qjsp__module_install(qjsp_isolate *iso)
{
    JS_SetModuleLoaderFunc2(iso->realm->rt, normalize, load, check_attributes, iso);
}
