/* SPDX-License-Identifier: MIT */
/* From an entry of the registry to the module that it is: by where it comes from, and by its kind. */
#include "isolate/modules/modules.h"

static JSModuleDef *make_value(JSContext *ctx, const char *name, JSModuleInitFunc *init,
                               JSValue value)
{
    JSModuleDef *module;

    if (JS_IsException(value))
        return NULL;
    module = JS_NewCModule(ctx, name, init);
    if (module == NULL || JS_AddModuleExport(ctx, module, "default") < 0) {
        JS_FreeValue(ctx, value);
        return NULL;
    }
    JS_SetModulePrivateValue(ctx, module, value);
    return module;
}

static int set_default(JSContext *ctx, JSModuleDef *module)
{
    return JS_SetModuleExport(ctx, module, "default", JS_GetModulePrivateValue(ctx, module));
}

/* What is not code. */
static JSModuleDef *make_data(JSContext *ctx, const char *name, const char *text, size_t len,
                              qjsp__module_type type)
{
    if (type == QJSP__AS_JSON)
        return make_value(ctx, name, set_default, JS_ParseJSON(ctx, text, len, name));
    if (type == QJSP__AS_TEXT)
        return make_value(ctx, name, set_default, JS_NewStringLen(ctx, text, len));
    return make_value(ctx, name, set_default,
                      JS_NewUint8ArrayCopy(ctx, (const uint8_t *)text, len));
}

static JSModuleDef *make_module(qjsp_isolate *iso, const char *name, const char *text, size_t len,
                                qjsp__module_type type)
{
    return type == QJSP__AS_CODE ? qjsp__compile_module(iso, name, text, len)
                                 : make_data(iso->realm->ctx, name, text, len, type);
}

static JSModuleDef *ask_host(qjsp_isolate *iso, const char *name, const char *importer,
                             qjsp__module_type type)
{
    JSModuleDef *module = NULL;
    qjsp_buffer out;
    qjsp_status st;

    qjsp_buffer_init(&out, iso->alloc, iso->opt.source_limit);
    st = iso->opt.find_module(iso->opt.module_ud, name, importer, &out);
    qjsp_buffer_append(&out, "", 1);
    if (!qjsp__isolate_may_call_out(iso))
        module = NULL;
    else if (st != QJSP_OK || out.status != QJSP_OK)
        qjsp__module_throw_not_found(iso, name, importer,
                                     out.status == QJSP_OK ? (const char *)out.data : "", false);
    else
        module = make_module(iso, name, (const char *)out.data, out.len - 1, type);
    qjsp_buffer_fini(&out);
    return module;
}

static JSModuleDef *make_code(qjsp_isolate *iso, const char *name, const char *path,
                              const qjsp__source *source, qjsp__file_kind kind)
{
    if (kind == QJSP__FILE_UNSURE)
        kind = qjsp__kind_of_source(iso, path, source);
    switch (kind) {
    case QJSP__FILE_ESM: return qjsp__compile_module(iso, name, source->text, source->len);
    case QJSP__FILE_CJS: return qjsp__commonjs_module(iso, name, path, source);
    case QJSP__FILE_JSON:
        return make_data(iso->realm->ctx, name, source->text, source->len, QJSP__AS_JSON);
    default: break;
    }
    qjsp__module_throw(iso->realm->ctx, QJSP__TYPE_ERROR, "ERR_UNKNOWN_FILE_EXTENSION",
                       "cannot import %.1000s: its extension says no kind of module; with "
                       "{ type: 'text' } or { type: 'bytes' } it is imported as that",
                       path);
    return NULL;
}

static JSModuleDef *make_from_path(qjsp_isolate *iso, const char *name, const char *path,
                                   qjsp__module_type type)
{
    qjsp__file_kind kind = QJSP__FILE_JSON;
    JSModuleDef *module;
    qjsp__source source;

    if (type == QJSP__AS_CODE && !qjsp__file_kind_of(iso, path, &kind))
        return NULL;
    if (!qjsp__source_read(iso, path, type == QJSP__AS_CODE && kind != QJSP__FILE_JSON, &source))
        return NULL;
    module = type == QJSP__AS_CODE
                 ? make_code(iso, name, path, &source, kind)
                 : make_data(iso->realm->ctx, name, source.text, source.len, type);
    qjsp__source_fini(iso->realm->ctx, &source);
    return module;
}

static JSModuleDef *make_from_file(qjsp_isolate *iso, uint32_t at, const char *name)
{
    JSContext *ctx = iso->realm->ctx;
    const qjsp__module_entry *entry = &iso->realm->modules.registry.entries[at];
    qjsp__module_type type = (qjsp__module_type)entry->type;
    char *path = js_strndup(ctx, name, entry->path_len);
    JSModuleDef *module = path == NULL ? NULL : make_from_path(iso, name, path, type);

    js_free(ctx, path);
    return module;
}

JSModuleDef *qjsp__module_make(qjsp_isolate *iso, uint32_t at, const char *name)
{
    const qjsp__module_entry *entry = &iso->realm->modules.registry.entries[at];
    const qjsp_module *row;

    switch ((qjsp__module_origin)entry->origin) {
    case QJSP__FROM_TABLE:
        row = &iso->opt.modules[entry->index];
        return make_module(iso, name, (const char *)row->source.data, row->source.len,
                           (qjsp__module_type)entry->type);
    case QJSP__FROM_BUILTIN: return qjsp__builtin_module(iso->realm->ctx, name);
    case QJSP__FROM_FILE: return make_from_file(iso, at, name);
    case QJSP__FROM_HOST:
        return ask_host(iso, name, iso->importer.len == 0 ? "" : (const char *)iso->importer.data,
                        (qjsp__module_type)entry->type);
    default: break;
    }
    JS_ThrowInternalError(iso->realm->ctx, "a module of unknown origin");
    return NULL;
}
