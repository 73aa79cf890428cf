/* SPDX-License-Identifier: MIT */
/* Arguments of Node's functions. */
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "isolate/bytes.h"
#include "isolate/files/node.h"

bool qjsp__node_path(JSContext *ctx, JSValueConst value, qjsp__path *out, int *error)
{
    if (!JS_IsString(value)) {
        qjsp__node_throw_type(ctx, "ERR_INVALID_ARG_TYPE", "The path must be a string");
        return false;
    }
    if (!qjsp__arg_path(ctx, value, out, error))
        return false;
    if (*error != -QJSP__EINVAL)
        return true;
    qjsp__node_throw_type(ctx, "ERR_INVALID_ARG_VALUE",
                          "The path must be a string without null bytes");
    return false;
}

bool qjsp__node_two_paths(JSContext *ctx, JSValueConst *argv, qjsp__path *from, qjsp__path *to,
                          int *error)
{
    int second;

    if (!qjsp__node_path(ctx, argv[0], from, error) || !qjsp__node_path(ctx, argv[1], to, &second))
        return false;
    if (*error == 0)
        *error = second;
    return true;
}

/* ---- options ---- */

static const struct {
    const char *name;
    qjsp__node_encoding encoding;
} encodings[] = {
    { "utf8", QJSP__ENCODING_UTF8 },     { "utf-8", QJSP__ENCODING_UTF8 },
    { "latin1", QJSP__ENCODING_LATIN1 }, { "binary", QJSP__ENCODING_LATIN1 },
    { "ascii", QJSP__ENCODING_LATIN1 },  { "buffer", QJSP__ENCODING_NONE },
};

static bool read_encoding(JSContext *ctx, JSValueConst value, qjsp__node_options *o)
{
    const char *name;
    bool is_known = false;

    if (JS_IsUndefined(value) || JS_IsNull(value))
        return true;
    name = JS_ToCString(ctx, value);
    if (name == NULL)
        return false;
    for (size_t i = 0; i < QJSP_COUNTOF(encodings) && !is_known; i++) {
        is_known = strcasecmp(encodings[i].name, name) == 0;
        if (is_known)
            o->encoding = encodings[i].encoding;
    }
    JS_FreeCString(ctx, name);
    if (!is_known)
        qjsp__node_throw_type(ctx, "ERR_INVALID_ARG_VALUE",
                              "The encoding must be utf8, latin1 or buffer");
    return is_known;
}

enum { W = QJSP__O_WRONLY, RW = QJSP__O_RDWR, C = QJSP__O_CREAT };

static const struct {
    const char *name;
    uint32_t flags;
} modes[] = {
    { "r", QJSP__O_RDONLY },
    { "rs", QJSP__O_RDONLY },
    { "r+", RW },
    { "rs+", RW },
    { "w", W | C | QJSP__O_TRUNC },
    { "wx", W | C | QJSP__O_TRUNC | QJSP__O_EXCL },
    { "w+", RW | C | QJSP__O_TRUNC },
    { "wx+", RW | C | QJSP__O_TRUNC | QJSP__O_EXCL },
    { "a", W | C | QJSP__O_APPEND },
    { "ax", W | C | QJSP__O_APPEND | QJSP__O_EXCL },
    { "as", W | C | QJSP__O_APPEND },
    { "a+", RW | C | QJSP__O_APPEND },
    { "ax+", RW | C | QJSP__O_APPEND | QJSP__O_EXCL },
    { "as+", RW | C | QJSP__O_APPEND },
};

static bool read_flag(JSContext *ctx, JSValueConst value, qjsp__node_options *o)
{
    const char *name;
    bool is_known = false;
    int32_t number;

    if (JS_IsUndefined(value) || JS_IsNull(value))
        return true;
    if (JS_IsNumber(value)) {
        if (JS_ToInt32(ctx, &number, value) < 0)
            return false;
        o->flags = (uint32_t)number;
        return true;
    }
    name = JS_ToCString(ctx, value);
    if (name == NULL)
        return false;
    for (size_t i = 0; i < QJSP_COUNTOF(modes) && !is_known; i++) {
        is_known = strcmp(modes[i].name, name) == 0;
        if (is_known)
            o->flags = modes[i].flags;
    }
    JS_FreeCString(ctx, name);
    if (!is_known)
        qjsp__node_throw_type(ctx, "ERR_INVALID_ARG_VALUE", "The flag is invalid");
    return is_known;
}

static bool read_mode(JSContext *ctx, JSValueConst value, qjsp__node_options *o)
{
    int32_t number;

    if (JS_IsUndefined(value) || JS_IsNull(value))
        return true;
    if (JS_ToInt32(ctx, &number, value) < 0)
        return false;
    o->mode = (uint32_t)number;
    return true;
}

static bool read_bool(JSContext *ctx, JSValueConst object, const char *name, bool *out)
{
    JSValue value = JS_GetPropertyStr(ctx, object, name);

    if (JS_IsException(value))
        return false;
    if (!JS_IsUndefined(value))
        *out = JS_ToBool(ctx, value) > 0;
    JS_FreeValue(ctx, value);
    return true;
}

static bool read_property(JSContext *ctx, JSValueConst object, const char *name,
                          bool (*read)(JSContext *, JSValueConst, qjsp__node_options *),
                          qjsp__node_options *o)
{
    JSValue value = JS_GetPropertyStr(ctx, object, name);
    bool ok = !JS_IsException(value) && read(ctx, value, o);

    JS_FreeValue(ctx, value);
    return ok;
}

bool qjsp__node_read_options(JSContext *ctx, JSValueConst value, qjsp__node_options *o)
{
    bool throws_if_missing = !o->is_lenient;

    if (JS_IsUndefined(value) || JS_IsNull(value))
        return true;
    if (JS_IsString(value))
        return read_encoding(ctx, value, o);
    if (JS_IsNumber(value))
        return read_mode(ctx, value, o); /* of mkdir */
    if (!JS_IsObject(value)) {
        qjsp__node_throw_type(ctx, "ERR_INVALID_ARG_TYPE",
                              "The options must be a string or an object");
        return false;
    }
    if (!read_property(ctx, value, "encoding", read_encoding, o) ||
        !read_property(ctx, value, "flag", read_flag, o) ||
        !read_property(ctx, value, "mode", read_mode, o) ||
        !read_bool(ctx, value, "recursive", &o->is_recursive) ||
        !read_bool(ctx, value, "force", &o->is_forced) ||
        !read_bool(ctx, value, "withFileTypes", &o->wants_types) ||
        !read_bool(ctx, value, "throwIfNoEntry", &throws_if_missing))
        return false;
    o->is_lenient = !throws_if_missing;
    return true;
}

/* ---- data ---- */

static bool encode_latin1(JSContext *ctx, JSValueConst value, qjsp__node_data *data)
{
    size_t len;
    const uint16_t *units = JS_ToCStringLenUTF16(ctx, &len, value);
    uint8_t *bytes;

    if (units == NULL)
        return false;
    bytes = qjsp_buffer_extend(&data->latin1, len);
    for (size_t i = 0; bytes != NULL && i < len; i++)
        bytes[i] = (uint8_t)units[i];
    JS_FreeCStringUTF16(ctx, units);
    data->bytes = qjsp_buffer_peek(&data->latin1);
    if (data->latin1.status == QJSP_OK)
        return true;
    JS_ThrowOutOfMemory(ctx);
    return false;
}

bool qjsp__node_data_init(JSContext *ctx, JSValueConst value, qjsp__node_encoding encoding,
                          qjsp__node_data *data)
{
    bool ok;

    *data = (qjsp__node_data){ 0 };
    qjsp_buffer_init(&data->latin1, qjsp__isolate_of(ctx)->alloc, 0);
    if (!JS_IsString(value)) {
        if (JS_IsArrayBuffer(value) || JS_IsDataView(value) || JS_GetTypedArrayType(value) >= 0)
            return qjsp__bytes_get(ctx, value, "write", &data->bytes);
        qjsp__node_throw_type(ctx, "ERR_INVALID_ARG_TYPE",
                              "The data must be a string, a buffer or a view of one");
        return false;
    }
    ok = encoding == QJSP__ENCODING_LATIN1 ? encode_latin1(ctx, value, data)
                                           : qjsp__arg_text_init(ctx, value, &data->text);
    if (ok && encoding != QJSP__ENCODING_LATIN1)
        data->bytes = (qjsp_bytes){ (const uint8_t *)data->text.data, data->text.len };
    if (!ok)
        qjsp_buffer_fini(&data->latin1);
    return ok;
}

void qjsp__node_data_fini(JSContext *ctx, qjsp__node_data *data)
{
    if (data->text.data != NULL)
        qjsp__arg_text_fini(ctx, &data->text);
    qjsp_buffer_fini(&data->latin1);
}
