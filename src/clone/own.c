/* SPDX-License-Identifier: MIT */
#include "clone/own.h"

qjsp__own qjsp__own_get(JSContext *ctx, JSValueConst object, JSAtom key, JSValue *value)
{
    JSPropertyDescriptor desc;
    int found = JS_GetOwnProperty(ctx, &desc, object, key);

    *value = found < 0 ? JS_EXCEPTION : JS_UNDEFINED;
    if (found <= 0)
        return found < 0 ? QJSP__OWN_THREW : QJSP__OWN_NONE;
    if ((desc.flags & JS_PROP_GETSET) == 0) {
        *value = desc.value;
        return QJSP__OWN_DATA;
    }
    JS_FreeValue(ctx, desc.getter);
    JS_FreeValue(ctx, desc.setter);
    return QJSP__OWN_ACCESSOR;
}
