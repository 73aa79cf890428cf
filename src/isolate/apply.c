/* SPDX-License-Identifier: MIT */
/* Arguments into an array, and out of it again. */
#include "isolate/apply.h"

#include "base/checked.h"

JSValue qjsp__array_from(JSContext *ctx, int n, JSValueConst *values)
{
    JSValue array = JS_NewArray(ctx);

    for (int i = 0; i < n && !JS_IsException(array); i++) {
        if (JS_DefinePropertyValueUint32(ctx, array, (uint32_t)i, JS_DupValue(ctx, values[i]),
                                         JS_PROP_C_W_E) < 0) {
            JS_FreeValue(ctx, array);
            array = JS_EXCEPTION;
        }
    }
    return array;
}

JSValue qjsp__apply_to(JSContext *ctx, JSValueConst function, JSValueConst this_value,
                       JSValueConst args)
{
    JSValue few[8], *argv = few, ret = JS_EXCEPTION;
    int64_t argc, n = 0;

    if (JS_GetLength(ctx, args, &argc) < 0)
        return JS_EXCEPTION;
    if ((size_t)argc > QJSP_COUNTOF(few)) {
        argv = js_malloc(ctx, (size_t)argc * sizeof *argv);
        if (argv == NULL)
            return JS_EXCEPTION;
    }
    for (; n < argc; n++) {
        argv[n] = JS_GetPropertyInt64(ctx, args, n);
        if (JS_IsException(argv[n]))
            break;
    }
    if (n == argc)
        ret = JS_Call(ctx, function, this_value, (int)argc, argv);
    while (n > 0)
        JS_FreeValue(ctx, argv[--n]);
    if (argv != few)
        js_free(ctx, argv);
    return ret;
}

JSValue qjsp__apply(JSContext *ctx, JSValueConst function, JSValueConst args)
{
    return qjsp__apply_to(ctx, function, JS_UNDEFINED, args);
}
