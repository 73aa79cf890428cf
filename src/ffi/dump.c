/* SPDX-License-Identifier: MIT */
/*
 * Values as JSON text, for `dump`. An error's name, message and stack, which are not enumerable, are
 * told as well, and so are they of anything else that has them.
 */
#include <string.h>

#include "ffi/ffi.h"

static const char *const told[] = { "name", "message", "stack" };
enum { NTOLD = sizeof told / sizeof told[0] };

/* A copy of the JSON with those of the three that it lacks; takes it. */
static JSValue add_told(JSContext *ctx, JSValueConst object, JSValue json)
{
    size_t len;
    const char *text = JS_ToCStringLen(ctx, &len, json);
    JSValue copy = text == NULL ? JS_EXCEPTION : JS_ParseJSON(ctx, text, len, "<dump>");

    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, json);
    for (int i = 0; i < NTOLD && JS_IsObject(copy); i++) {
        JSAtom atom = JS_NewAtom(ctx, told[i]);
        JSValue value = JS_GetProperty(ctx, object, atom);

        if (JS_IsException(value))
            JS_FreeValue(ctx, JS_GetException(ctx));
        else if (!JS_IsUndefined(value) && JS_HasProperty(ctx, copy, atom) == 0)
            JS_SetProperty(ctx, copy, atom, JS_DupValue(ctx, value));
        JS_FreeValue(ctx, value);
        JS_FreeAtom(ctx, atom);
    }
    json = JS_JSONStringify(ctx, copy, JS_UNDEFINED, JS_UNDEFINED);
    JS_FreeValue(ctx, copy);
    return json;
}

static bool has_told(JSContext *ctx, JSValueConst object)
{
    for (int i = 0; i < NTOLD; i++) {
        JSValue value = JS_GetPropertyStr(ctx, object, told[i]);
        bool is_there = !JS_IsUndefined(value) && !JS_IsException(value);

        if (JS_IsException(value))
            JS_FreeValue(ctx, JS_GetException(ctx));
        JS_FreeValue(ctx, value);
        if (is_there)
            return true;
    }
    return false;
}

/* Text of the engine's. What cannot be JSON is told as a string has it. */
QJSP__FFI(QTS_Dump) const char *QTS_Dump(JSContext *ctx, const JSValue *value)
{
    JSValue json = JS_JSONStringify(ctx, *value, JS_UNDEFINED, JS_UNDEFINED);
    const char *text;

    if (JS_IsString(json) && JS_IsObject(*value) && has_told(ctx, *value))
        json = add_told(ctx, *value, json);
    text = JS_IsString(json) ? JS_ToCString(ctx, json) : NULL;
    JS_FreeValue(ctx, json);
    if (text != NULL)
        return text;
    JS_FreeValue(ctx, JS_GetException(ctx));
    text = JS_ToCString(ctx, *value);
    if (text == NULL)
        JS_FreeValue(ctx, JS_GetException(ctx));
    return text;
}
