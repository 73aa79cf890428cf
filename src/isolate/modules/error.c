/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "isolate/modules/modules.h"

enum { MESSAGE_MAX = 4096 };

/* The engine's own message has room for 256 bytes, so ours is set when the error is there. */
static JSValue new_error(JSContext *ctx, qjsp__error_class error_class)
{
    switch (error_class) {
    case QJSP__REFERENCE_ERROR: JS_ThrowReferenceError(ctx, "%s", ""); break;
    case QJSP__TYPE_ERROR: JS_ThrowTypeError(ctx, "%s", ""); break;
    case QJSP__PLAIN_ERROR: JS_ThrowPlainError(ctx, "%s", ""); break;
    }
    return JS_GetException(ctx);
}

static bool set(JSContext *ctx, JSValueConst error, const char *key, const char *text, int flags)
{
    JSValue value = JS_NewStringLen(ctx, text, strlen(text));

    return !JS_IsException(value) && JS_DefinePropertyValueStr(ctx, error, key, value, flags) >= 0;
}

void qjsp__module_throw(JSContext *ctx, qjsp__error_class error_class, const char *code,
                        const char *format, ...)
{
    JSValue error = new_error(ctx, error_class);
    char message[MESSAGE_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (JS_IsObject(error) &&
        (!set(ctx, error, "message", message, JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) ||
         (code != NULL && !set(ctx, error, "code", code, JS_PROP_C_W_E)))) {
        JS_FreeValue(ctx, error);
        return; /* no memory, which is what is pending */
    }
    JS_Throw(ctx, error);
}
