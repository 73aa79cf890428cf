/* SPDX-License-Identifier: MIT */
/*
 * Errors: tag 27 ["Error", {name, message, stack, cause, errors}].
 *
 * The fields are put into a bag, an object without a prototype, which is then
 * written like any other: causes may be anything, cycles included.
 */
#include <qjspool/value.h>

#include "clone/encode.h"
#include "clone/own.h"

/* Takes value. Undefined: no such field. */
static bool bag_put(qjsp__encoder *e, JSValueConst bag, JSAtom key, JSValue value)
{
    if (JS_IsException(value))
        return false;
    if (JS_IsUndefined(value))
        return true;
    return JS_DefinePropertyValue(e->ctx, bag, key, value, JS_PROP_C_W_E) >= 0;
}

/* The value of an own data property; undefined for accessors. */
static JSValue own_data(qjsp__encoder *e, JSValueConst object, JSAtom key, bool *is_found)
{
    JSValue value;

    *is_found = qjsp__own_get(e->ctx, object, key, &value) != QJSP__OWN_NONE;
    return value;
}

/* Takes value. Primitives as text; undefined for objects, whose conversion
 * would run guest code, and for symbols. */
static JSValue plain_text(qjsp__encoder *e, JSValue value)
{
    JSValue text;

    if (JS_IsString(value) || JS_IsException(value) || JS_IsUndefined(value))
        return value;
    if (JS_IsObject(value) || JS_IsSymbol(value)) {
        JS_FreeValue(e->ctx, value);
        return JS_UNDEFINED;
    }
    text = JS_ToString(e->ctx, value);
    JS_FreeValue(e->ctx, value);
    return text;
}

/* Takes value. */
static JSValue only_text(qjsp__encoder *e, JSValue value)
{
    if (JS_IsString(value) || JS_IsException(value))
        return value;
    JS_FreeValue(e->ctx, value);
    return JS_UNDEFINED;
}

/* The nearest `name` on the prototype chain, without running anything. */
static JSValue name_quietly(qjsp__encoder *e, JSValueConst error)
{
    JSValue at = JS_DupValue(e->ctx, error), name = JS_UNDEFINED, next;
    bool is_found = false;

    while (!is_found && JS_IsObject(at) && !JS_IsProxy(at)) {
        name = own_data(e, at, e->in->name, &is_found);
        next = JS_GetPrototype(e->ctx, at);
        JS_FreeValue(e->ctx, at);
        at = next;
    }
    JS_FreeValue(e->ctx, at);
    return name;
}

static JSValue get_name(qjsp__encoder *e, JSValueConst error, qjsp__object_kind kind)
{
    JSValue name;

    if (kind == QJSP__KIND_DOM_EXCEPTION)
        name = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_DOM_EXCEPTION_NAME, error);
    else if (qjsp__encode_is_lenient(e))
        name = name_quietly(e, error);
    else
        name = JS_GetProperty(e->ctx, error, e->in->name);
    name = only_text(e, name);
    return JS_IsUndefined(name) ? JS_NewString(e->ctx, "Error") : name;
}

static JSValue get_message(qjsp__encoder *e, JSValueConst error, qjsp__object_kind kind)
{
    bool is_found;

    if (kind == QJSP__KIND_DOM_EXCEPTION)
        return qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_DOM_EXCEPTION_MESSAGE, error);
    return plain_text(e, own_data(e, error, e->in->message, &is_found));
}

static JSValue get_stack(qjsp__encoder *e, JSValueConst error)
{
    bool is_found;
    JSValue stack = own_data(e, error, e->in->stack, &is_found);

    if (!is_found)
        stack = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_ERROR_STACK, error);
    return only_text(e, stack);
}

static bool put_cause(qjsp__encoder *e, JSValueConst bag, JSValueConst error)
{
    bool is_missing, is_found;
    JSValue cause = own_data(e, error, e->in->cause, &is_found);

    JS_FreeValue(e->ctx, cause);
    if (!is_found || JS_IsException(cause))
        return !is_found;
    cause = qjsp__encode_get(e, error, e->in->cause, &is_missing);
    if (JS_IsException(cause))
        return false;
    /* not bag_put: a cause may be undefined */
    return JS_DefinePropertyValue(e->ctx, bag, e->in->cause, cause, JS_PROP_C_W_E) >= 0;
}

/* Of an AggregateError; other errors may use the name for anything. */
static bool put_errors(qjsp__encoder *e, JSValueConst bag, JSValueConst error)
{
    bool is_found;
    JSValue errors = own_data(e, error, e->in->errors, &is_found);

    if (!JS_IsArray(errors) && !JS_IsException(errors)) {
        JS_FreeValue(e->ctx, errors);
        return true;
    }
    return bag_put(e, bag, e->in->errors, errors);
}

static bool bag_fill(qjsp__encoder *e, JSValueConst bag, JSValueConst error, qjsp__object_kind kind)
{
    return bag_put(e, bag, e->in->name, get_name(e, error, kind)) &&
           bag_put(e, bag, e->in->message, get_message(e, error, kind)) &&
           bag_put(e, bag, e->in->stack, get_stack(e, error)) && put_cause(e, bag, error) &&
           put_errors(e, bag, error);
}

void qjsp__encode_error(qjsp__encoder *e, JSValueConst error, qjsp__object_kind kind)
{
    JSValue bag = JS_NewObjectProto(e->ctx, JS_NULL);

    if (JS_IsException(bag) || !bag_fill(e, bag, error, kind)) {
        JS_FreeValue(e->ctx, bag);
        qjsp__encode_threw(e);
        return;
    }
    qjsp_write_tag(e->buf, QJSP_TAG_OBJECT);
    qjsp_write_array(e->buf, 2);
    qjsp_write_cstr(e->buf, "Error");
    qjsp__encode_keys(e, bag);
}
