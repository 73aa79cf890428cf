/* SPDX-License-Identifier: MIT */
/* import.meta: of files a URL, a path and its folder; of other modules their name. */
#include <string.h>

#include "isolate/modules/file_url.h"
#include "isolate/modules/modules.h"

static JSValue new_url(qjsp_isolate *iso, const char *name, size_t path_len)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp_buffer url;
    JSValue value;

    qjsp_buffer_init(&url, iso->alloc, 0);
    qjsp__file_url_append(&url, name, path_len);
    value = url.status == QJSP_OK ? JS_NewStringLen(ctx, (const char *)url.data, url.len)
                                  : JS_ThrowInternalError(ctx, "the host has no memory for a URL");
    qjsp_buffer_fini(&url);
    return value;
}

static JSValue resolve(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                       int magic, JSValueConst *data)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    const char *name = JS_ToCString(ctx, data[0]);
    const char *specifier =
        name == NULL ? NULL : JS_ToCString(ctx, argc > 0 ? argv[0] : JS_UNDEFINED);
    JSValue value = JS_EXCEPTION;
    qjsp__place place;

    (void)this_val;
    (void)magic;
    if (specifier != NULL && qjsp__isolate_may_call_out(iso) &&
        qjsp__module_locate(iso, name, specifier, false, &place)) {
        value = place.origin == QJSP__FROM_FILE ? new_url(iso, place.name, place.path_len)
                                                : JS_NewString(ctx, place.name);
        js_free(ctx, place.name);
    }
    JS_FreeCString(ctx, specifier);
    JS_FreeCString(ctx, name);
    return value;
}

static bool define(JSContext *ctx, JSValueConst meta, const char *key, JSValue value)
{
    return !JS_IsException(value) &&
           JS_DefinePropertyValueStr(ctx, meta, key, value, JS_PROP_C_W_E) >= 0;
}

static bool define_path(qjsp_isolate *iso, JSValueConst meta, const char *name, size_t path_len)
{
    JSContext *ctx = iso->realm->ctx;
    size_t dir_len = path_len;

    while (dir_len > 1 && name[dir_len - 1] != '/')
        dir_len--;
    return define(ctx, meta, "dirname",
                  JS_NewStringLen(ctx, name, dir_len > 1 ? dir_len - 1 : dir_len)) &&
           define(ctx, meta, "filename", JS_NewStringLen(ctx, name, path_len));
}

static bool define_resolve(JSContext *ctx, JSValueConst meta, const char *name)
{
    JSValue data = JS_NewString(ctx, name), function;

    if (JS_IsException(data))
        return false;
    function = JS_NewCFunctionData(ctx, resolve, 1, 0, 1, (JSValueConst *)&data);
    JS_FreeValue(ctx, data);
    return define(ctx, meta, "resolve", function);
}

bool qjsp__module_set_meta(JSContext *ctx, JSModuleDef *module, const char *name, bool is_main)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    JSValue meta = JS_GetImportMeta(ctx, module);
    size_t path_len = 0;
    bool is_file, ok;

    if (JS_IsException(meta))
        return false;
    is_file = qjsp__module_is_file(iso, name, &path_len);
    ok = (!is_file || define_path(iso, meta, name, path_len)) &&
         define(ctx, meta, "main", JS_NewBool(ctx, is_main)) && define_resolve(ctx, meta, name) &&
         define(ctx, meta, "url", is_file ? new_url(iso, name, path_len) : JS_NewString(ctx, name));
    JS_FreeValue(ctx, meta);
    return ok;
}
