/* SPDX-License-Identifier: MIT */
/* Errors as Node makes them. */
#include "isolate/files/node.h"

static void append_quoted(JSContext *ctx, qjsp_buffer *text, const char *before, JSValueConst value)
{
    qjsp__arg_text name;

    if (!JS_IsString(value) || !qjsp__arg_text_init(ctx, value, &name))
        return;
    qjsp_buffer_printf(text, "%s'", before);
    qjsp_buffer_append(text, name.data, name.len);
    qjsp_buffer_append(text, "'", 1);
    qjsp__arg_text_fini(ctx, &name);
}

static bool set(JSContext *ctx, JSValueConst error, const char *name, JSValue value, int flags)
{
    return !JS_IsException(value) && JS_DefinePropertyValueStr(ctx, error, name, value, flags) >= 0;
}

/* An Error has a stack from where it is thrown; its message may be longer than that takes. */
static JSValue new_error(JSContext *ctx)
{
    JS_ThrowPlainError(ctx, "%s", "");
    return JS_GetException(ctx);
}

JSValue qjsp__node_throw(JSContext *ctx, int number, const char *syscall, JSValueConst path,
                         JSValueConst dest)
{
    const qjsp__error_text *known = qjsp__error_find(-number);
    const char *code = known == NULL ? "UNKNOWN" : known->name;
    JSValue error;
    qjsp_buffer text;
    bool ok;

    if (number == QJSP__THROWN)
        return JS_EXCEPTION;
    error = new_error(ctx);
    if (!JS_IsObject(error))
        return JS_Throw(ctx, error); /* no memory for one */
    qjsp_buffer_init(&text, qjsp__isolate_of(ctx)->alloc, 0);
    qjsp_buffer_printf(&text, "%s: %s, %s", code, known == NULL ? "unknown error" : known->phrase,
                       syscall);
    append_quoted(ctx, &text, " ", path);
    append_quoted(ctx, &text, " -> ", dest);
    ok = set(ctx, error, "message", JS_NewStringLen(ctx, (const char *)text.data, text.len),
             JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) &&
         set(ctx, error, "errno", JS_NewInt32(ctx, number), JS_PROP_C_W_E) &&
         set(ctx, error, "code", JS_NewString(ctx, code), JS_PROP_C_W_E) &&
         set(ctx, error, "syscall", JS_NewString(ctx, syscall), JS_PROP_C_W_E) &&
         (!JS_IsString(path) || set(ctx, error, "path", JS_DupValue(ctx, path), JS_PROP_C_W_E)) &&
         (!JS_IsString(dest) || set(ctx, error, "dest", JS_DupValue(ctx, dest), JS_PROP_C_W_E));
    qjsp_buffer_fini(&text);
    if (ok)
        return JS_Throw(ctx, error);
    JS_FreeValue(ctx, error);
    return JS_EXCEPTION;
}

JSValue qjsp__node_finish(JSContext *ctx, int error, const char *syscall, JSValueConst path,
                          JSValueConst dest)
{
    return error == 0 ? JS_UNDEFINED : qjsp__node_throw(ctx, error, syscall, path, dest);
}

JSValue qjsp__node_throw_type(JSContext *ctx, const char *code, const char *message)
{
    JSValue error;

    JS_ThrowTypeError(ctx, "%s", message);
    error = JS_GetException(ctx);
    if (JS_IsObject(error) && !set(ctx, error, "code", JS_NewString(ctx, code), JS_PROP_C_W_E)) {
        JS_FreeValue(ctx, error);
        return JS_EXCEPTION;
    }
    return JS_Throw(ctx, error);
}
