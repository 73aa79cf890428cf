/* SPDX-License-Identifier: MIT */
/*
 * TextEncoder and TextDecoder (Encoding Standard, section 7), for UTF-8: the
 * only encoding that standard asks new software to know. Other labels are a
 * RangeError, as unknown labels are there.
 */
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "isolate/bytes.h"
#include "isolate/isolate.h"
#include "isolate/utf8.h"

static bool get_flag(JSContext *ctx, JSValueConst options, const char *key, bool *flag)
{
    JSValue value;

    *flag = false;
    if (!JS_IsObject(options))
        return true;
    value = JS_GetPropertyStr(ctx, options, key);
    if (JS_IsException(value))
        return false;
    *flag = JS_ToBool(ctx, value) > 0;
    JS_FreeValue(ctx, value);
    return true;
}

/* ---- TextEncoder ---- */

bool qjsp__encode_utf8(JSContext *ctx, JSValueConst value, qjsp_buffer *out)
{
    size_t len;
    const char *text = JS_ToCStringLen(ctx, &len, value);
    qjsp__utf8 decoder;

    if (text == NULL)
        return false;
    qjsp__utf8_init(&decoder);
    /* the engine writes a lone surrogate as three bytes that are no UTF-8: each of them
     * would be replaced, so they are made one beforehand */
    for (size_t at = 0; at < len;) {
        const char *next = memchr(text + at, 0xed, len - at);
        size_t n = next == NULL ? len - at : (size_t)(next - (text + at));

        qjsp__utf8_push(&decoder, (qjsp_bytes){ (const uint8_t *)text + at, n }, out);
        at += n;
        if (at + 2 < len && (uint8_t)text[at + 1] >= 0xa0) {
            qjsp_buffer_append(out, "\xef\xbf\xbd", 3);
            at += 3;
        } else if (at < len) {
            n = len - at < 3 ? len - at : 3;
            qjsp__utf8_push(&decoder, (qjsp_bytes){ (const uint8_t *)text + at, n }, out);
            at += n;
        }
    }
    JS_FreeCString(ctx, text);
    if (out->status == QJSP_OK)
        return true;
    JS_ThrowOutOfMemory(ctx);
    return false;
}

static JSValue encoder_encode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp_buffer out;
    JSValue ret = JS_EXCEPTION;

    (void)this_val;
    qjsp_buffer_init(&out, qjsp__isolate_of(ctx)->alloc, 0);
    if (argc < 1 || JS_IsUndefined(argv[0]) || qjsp__encode_utf8(ctx, argv[0], &out))
        ret = JS_NewUint8ArrayCopy(ctx, out.data, out.len);
    qjsp_buffer_fini(&out);
    return ret;
}

/* How much of well-formed text fits in `room` bytes without cutting a character. */
static size_t fitting(qjsp_bytes text, size_t room)
{
    size_t n = text.len < room ? text.len : room;

    while (n > 0 && n < text.len && (text.data[n] & 0xc0) == 0x80)
        n--;
    return n;
}

static uint32_t count_utf16(qjsp_bytes text)
{
    uint32_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += (uint32_t)((text.data[i] & 0xc0) != 0x80) + (uint32_t)(text.data[i] >= 0xf0);
    return n;
}

static JSValue encoder_encode_into(JSContext *ctx, JSValueConst this_val, int argc,
                                   JSValueConst *argv)
{
    qjsp_buffer out;
    qjsp_bytes target;
    JSValue ret = JS_EXCEPTION;
    size_t n;

    (void)this_val;
    (void)argc;
    if (JS_GetTypedArrayType(argv[1]) != JS_TYPED_ARRAY_UINT8)
        return JS_ThrowTypeError(ctx, "encodeInto: a Uint8Array is required");
    qjsp_buffer_init(&out, qjsp__isolate_of(ctx)->alloc, 0);
    /* the string first: its conversion may run guest code */
    if (qjsp__encode_utf8(ctx, argv[0], &out) &&
        qjsp__bytes_get(ctx, argv[1], "encodeInto", &target)) {
        n = fitting(qjsp_buffer_peek(&out), target.len);
        if (n > 0 && target.data != NULL)
            memcpy((uint8_t *)(uintptr_t)target.data, out.data, n);
        ret = JS_NewObject(ctx);
        if (!JS_IsException(ret)) {
            uint32_t read = count_utf16((qjsp_bytes){ out.data, n });

            JS_DefinePropertyValueStr(ctx, ret, "read", JS_NewUint32(ctx, read), JS_PROP_C_W_E);
            JS_DefinePropertyValueStr(ctx, ret, "written", JS_NewInt64(ctx, (int64_t)n),
                                      JS_PROP_C_W_E);
        }
    }
    qjsp_buffer_fini(&out);
    return ret;
}

static JSValue get_encoding(JSContext *ctx, JSValueConst this_val)
{
    (void)this_val;
    return JS_NewString(ctx, "utf-8");
}

static JSValue new_of_class(JSContext *ctx, JSValueConst new_target, JSClassID class_id)
{
    JSValue prototype = JS_GetPropertyStr(ctx, new_target, "prototype");
    JSValue object;

    if (JS_IsException(prototype))
        return prototype;
    object = JS_NewObjectProtoClass(ctx, prototype, class_id);
    JS_FreeValue(ctx, prototype);
    return object;
}

static JSValue encoder_new(JSContext *ctx, JSValueConst new_target, int argc, JSValueConst *argv)
{
    (void)argc;
    (void)argv;
    return new_of_class(ctx, new_target, qjsp__isolate_of(ctx)->realm->encoder_class);
}

/* ---- TextDecoder ---- */

typedef struct decoder {
    qjsp__utf8 utf8;
    bool is_fatal;
    bool ignores_bom;
    bool is_streaming; /* the last decode said that more comes */
    bool saw_start;    /* of the text: a byte order mark is dropped before it only */
} decoder;

static void decoder_finalizer(JSRuntime *rt, JSValueConst value)
{
    JSClassID class_id;

    js_free_rt(rt, JS_GetAnyOpaque(value, &class_id));
}

static bool is_utf8_label(const char *label, size_t len)
{
    static const char *const names[] = { "utf-8",         "utf8",          "unicode-1-1-utf-8",
                                         "unicode11utf8", "unicode20utf8", "x-unicode20utf8" };
    static const char blanks[] = "\t\n\f\r ";

    while (len > 0 && strchr(blanks, label[0]) != NULL) {
        label++;
        len--;
    }
    while (len > 0 && strchr(blanks, label[len - 1]) != NULL)
        len--;
    for (size_t i = 0; i < QJSP_COUNTOF(names); i++) {
        if (strlen(names[i]) == len && strncasecmp(names[i], label, len) == 0)
            return true;
    }
    return false;
}

static bool check_label(JSContext *ctx, JSValueConst value)
{
    size_t len;
    const char *label;
    bool ok;

    if (JS_IsUndefined(value))
        return true;
    label = JS_ToCStringLen(ctx, &len, value);
    if (label == NULL)
        return false;
    ok = is_utf8_label(label, len);
    if (!ok)
        JS_ThrowRangeError(ctx, "TextDecoder: '%s' is not supported, only utf-8 is", label);
    JS_FreeCString(ctx, label);
    return ok;
}

static JSValue decoder_new(JSContext *ctx, JSValueConst new_target, int argc, JSValueConst *argv)
{
    decoder *d;
    JSValue object;

    (void)argc;
    if (!check_label(ctx, argv[0]))
        return JS_EXCEPTION;
    d = js_mallocz(ctx, sizeof *d);
    if (d == NULL)
        return JS_EXCEPTION;
    qjsp__utf8_init(&d->utf8);
    object = JS_EXCEPTION;
    if (get_flag(ctx, argv[1], "fatal", &d->is_fatal) &&
        get_flag(ctx, argv[1], "ignoreBOM", &d->ignores_bom))
        object = new_of_class(ctx, new_target, qjsp__isolate_of(ctx)->realm->decoder_class);
    if (JS_IsException(object))
        js_free(ctx, d);
    else
        JS_SetOpaque(object, d);
    return object;
}

static bool get_bytes(JSContext *ctx, JSValueConst value, qjsp_bytes *in)
{
    *in = (qjsp_bytes){ 0 };
    return JS_IsUndefined(value) || qjsp__bytes_get(ctx, value, "decode", in);
}

static decoder *get_decoder(JSContext *ctx, JSValueConst value)
{
    return JS_GetOpaque2(ctx, value, qjsp__isolate_of(ctx)->realm->decoder_class);
}

static JSValue take_text(JSContext *ctx, decoder *d, const qjsp_buffer *out)
{
    const char *text = out->len == 0 ? "" : (const char *)out->data;
    size_t len = out->len;

    if (!d->saw_start && len > 0) {
        d->saw_start = true;
        if (!d->ignores_bom && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
            text += 3;
            len -= 3;
        }
    }
    return JS_NewStringLen(ctx, text, len);
}

static JSValue decoder_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    decoder *d = get_decoder(ctx, this_val);
    qjsp_bytes in;
    qjsp_buffer out;
    bool more, ok;
    JSValue ret = JS_EXCEPTION;

    (void)argc;
    if (d == NULL || !get_flag(ctx, argv[1], "stream", &more) || !get_bytes(ctx, argv[0], &in))
        return ret;
    if (!d->is_streaming) {
        qjsp__utf8_init(&d->utf8);
        d->saw_start = false;
    }
    d->is_streaming = more;
    qjsp_buffer_init(&out, qjsp__isolate_of(ctx)->alloc, 0);
    ok = qjsp__utf8_push(&d->utf8, in, &out);
    if (!more)
        ok = qjsp__utf8_end(&d->utf8, &out) && ok;
    if (!ok && d->is_fatal) {
        d->is_streaming = false;
        JS_ThrowTypeError(ctx, "decode: the bytes are not valid UTF-8");
    } else if (out.status != QJSP_OK) {
        JS_ThrowOutOfMemory(ctx);
    } else {
        ret = take_text(ctx, d, &out);
    }
    qjsp_buffer_fini(&out);
    return ret;
}

static JSValue decoder_get_flag(JSContext *ctx, JSValueConst this_val, int magic)
{
    decoder *d = get_decoder(ctx, this_val);

    if (d == NULL)
        return JS_EXCEPTION;
    return JS_NewBool(ctx, magic == 0 ? d->is_fatal : d->ignores_bom);
}

/* ---- classes ---- */

static const JSCFunctionListEntry encoder_functions[] = {
    JS_CFUNC_DEF("encode", 0, encoder_encode),
    JS_CFUNC_DEF("encodeInto", 2, encoder_encode_into),
    JS_CGETSET_DEF("encoding", get_encoding, NULL),
    JS_PROP_STRING_DEF("[Symbol.toStringTag]", "TextEncoder", JS_PROP_CONFIGURABLE),
};

static const JSCFunctionListEntry decoder_functions[] = {
    JS_CFUNC_DEF("decode", 2, decoder_decode),
    JS_CGETSET_DEF("encoding", get_encoding, NULL),
    JS_CGETSET_MAGIC_DEF("fatal", decoder_get_flag, NULL, 0),
    JS_CGETSET_MAGIC_DEF("ignoreBOM", decoder_get_flag, NULL, 1),
    JS_PROP_STRING_DEF("[Symbol.toStringTag]", "TextDecoder", JS_PROP_CONFIGURABLE),
};

static const JSClassDef encoder_class = { .class_name = "TextEncoder" };
static const JSClassDef decoder_class = { .class_name = "TextDecoder",
                                          .finalizer = decoder_finalizer };

static bool define_class(JSContext *ctx, JSValueConst global, JSClassID *id,
                         const JSClassDef *definition, JSCFunction *constructor,
                         const JSCFunctionListEntry *functions, int nfunctions)
{
    JSRuntime *rt = JS_GetRuntime(ctx);
    JSValue prototype, function;

    JS_NewClassID(rt, id);
    if (JS_NewClass(rt, *id, definition) < 0)
        return false;
    prototype = JS_NewObject(ctx);
    if (JS_IsException(prototype) ||
        JS_SetPropertyFunctionList(ctx, prototype, functions, nfunctions) < 0)
        return false;
    function =
        JS_NewCFunction2(ctx, constructor, definition->class_name, 2, JS_CFUNC_constructor, 0);
    if (JS_IsException(function) || JS_SetConstructor(ctx, function, prototype) < 0)
        return false;
    JS_SetClassProto(ctx, *id, prototype);
    return JS_DefinePropertyValueStr(ctx, global, definition->class_name, function,
                                     JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0;
}

bool qjsp__encoding_install(JSContext *ctx, JSValueConst global)
{
    qjsp__realm *realm = qjsp__isolate_of(ctx)->realm;

    return define_class(ctx, global, &realm->encoder_class, &encoder_class, encoder_new,
                        encoder_functions, (int)QJSP_COUNTOF(encoder_functions)) &&
           define_class(ctx, global, &realm->decoder_class, &decoder_class, decoder_new,
                        decoder_functions, (int)QJSP_COUNTOF(decoder_functions));
}
