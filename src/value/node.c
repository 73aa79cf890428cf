/* SPDX-License-Identifier: MIT */
/* The grammar: which tag takes what. */
#include "value/node.h"

#include <math.h>
#include <string.h>

#include "value/date.h"

static qjsp_status refuse(qjsp_reader *r, size_t offset)
{
    r->pos = offset;
    return QJSP_ERR_MALFORMED;
}

bool qjsp__bytes_equal(qjsp_bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}

/* The next token, which must be of this kind. */
static qjsp_status expect(qjsp_reader *r, qjsp_token_kind kind, qjsp_token *token)
{
    qjsp_status st = qjsp_reader_next(r, token);

    if (st == QJSP_OK && token->kind != kind)
        return refuse(r, token->offset);
    return st;
}

static qjsp_status expect_array(qjsp_reader *r, uint64_t count)
{
    qjsp_token token;
    qjsp_status st = expect(r, QJSP_TOKEN_ARRAY, &token);

    if (st == QJSP_OK && token.u.u64 != count)
        return refuse(r, token.offset);
    return st;
}

static qjsp_status expect_text(qjsp_reader *r, qjsp_bytes *text)
{
    qjsp_token token;
    qjsp_status st = expect(r, QJSP_TOKEN_TEXT, &token);

    if (st == QJSP_OK)
        *text = token.u.bytes;
    return st;
}

/* An integer from 0 to max. */
static qjsp_status expect_uint(qjsp_reader *r, uint64_t max, uint64_t *value)
{
    qjsp_token token;
    qjsp_status st = expect(r, QJSP_TOKEN_INT, &token);

    if (st != QJSP_OK)
        return st;
    if (token.u.i64 < 0 || (uint64_t)token.u.i64 > max)
        return refuse(r, token.offset);
    *value = (uint64_t)token.u.i64;
    return QJSP_OK;
}

static qjsp_status expect_number(qjsp_reader *r, double *number)
{
    qjsp_token token;
    qjsp_status st = qjsp_reader_next(r, &token);

    if (st != QJSP_OK)
        return st;
    switch (token.kind) {
    case QJSP_TOKEN_INT: *number = (double)token.u.i64; return QJSP_OK;
    case QJSP_TOKEN_UINT: *number = (double)token.u.u64; return QJSP_OK;
    case QJSP_TOKEN_FLOAT: *number = token.u.f64; return QJSP_OK;
    default: return refuse(r, token.offset);
    }
}

static qjsp_status expect_map(qjsp_reader *r, qjsp__node *node, qjsp__node_kind kind)
{
    qjsp_token token;
    qjsp_status st = expect(r, QJSP_TOKEN_MAP, &token);

    node->kind = kind;
    if (st == QJSP_OK)
        node->count = token.u.u64;
    return st;
}

static qjsp_status expect_members(qjsp_reader *r, qjsp__node *node)
{
    qjsp_token token;
    qjsp_status st = expect(r, QJSP_TOKEN_ARRAY, &token);

    node->kind = QJSP__NODE_SET;
    if (st == QJSP_OK)
        node->count = token.u.u64;
    return st;
}

static qjsp_status read_bigint(qjsp_reader *r, bool is_negative, qjsp__node *node)
{
    qjsp_token token;
    qjsp_status st = expect(r, QJSP_TOKEN_BYTES, &token);

    node->kind = QJSP__NODE_BIGINT;
    if (st == QJSP_OK)
        node->u.bigint = (qjsp__bigint){ token.u.bytes, is_negative };
    return st;
}

static qjsp_status read_date(qjsp_reader *r, double unit_ms, qjsp__node *node)
{
    double number;
    qjsp_status st = expect_number(r, &number);

    node->kind = QJSP__NODE_DATE;
    if (st == QJSP_OK) /* seconds in doubles: rounding restores the milliseconds */
        node->u.number = qjsp__date_clip(unit_ms > 1 ? round(number * unit_ms) : number);
    return st;
}

static qjsp_status read_regexp(qjsp_reader *r, qjsp__node *node)
{
    qjsp_status st = expect_array(r, 2);

    node->kind = QJSP__NODE_REGEXP;
    if (st == QJSP_OK)
        st = expect_text(r, &node->u.regexp.source);
    if (st == QJSP_OK)
        st = expect_text(r, &node->u.regexp.flags);
    return st;
}

static qjsp_status read_reference(qjsp_reader *r, const qjsp__shared *shared, size_t *index)
{
    size_t begin = r->pos;
    uint64_t value;
    qjsp_status st = expect_uint(r, UINT64_MAX, &value);

    if (st != QJSP_OK)
        return st;
    if (value >= qjsp__shared_count(shared))
        return refuse(r, begin);
    *index = (size_t)value;
    return QJSP_OK;
}

/* The bytes behind the tag 28 of a shareable, which must be an ArrayBuffer. */
static qjsp_status shared_bytes(const qjsp_reader *r, const qjsp__shared *shared, size_t index,
                                qjsp_bytes *bytes)
{
    qjsp_reader at;
    qjsp_token token;
    qjsp_status st;

    qjsp_reader_init(&at, (qjsp_bytes){ r->data, r->len }, 0);
    at.pos = qjsp__shared_offset(shared, index);
    st = expect(&at, QJSP_TOKEN_TAG, &token);
    if (st == QJSP_OK)
        st = expect(&at, QJSP_TOKEN_BYTES, &token);
    if (st == QJSP_OK)
        *bytes = token.u.bytes;
    return st;
}

/* The ArrayBuffer of a view: bytes, shareable bytes or a reference to such. */
static qjsp_status read_buffer(qjsp_reader *r, qjsp__shared *shared, qjsp_bytes *bytes)
{
    qjsp_token token;
    qjsp_status st = qjsp_reader_next(r, &token);
    size_t begin = r->pos, index;

    if (st == QJSP_OK && token.kind == QJSP_TOKEN_TAG && token.u.u64 == QJSP_TAG_REFERENCE) {
        st = read_reference(r, shared, &index);
        if (st == QJSP_OK && shared_bytes(r, shared, index, bytes) != QJSP_OK)
            return refuse(r, begin);
        return st;
    }
    if (st == QJSP_OK && token.kind == QJSP_TOKEN_TAG && token.u.u64 == QJSP_TAG_SHAREABLE) {
        st = qjsp__shared_index(shared, token.offset, &index);
        if (st == QJSP_OK)
            st = qjsp_reader_next(r, &token);
    }
    if (st != QJSP_OK)
        return st;
    if (token.kind != QJSP_TOKEN_BYTES)
        return refuse(r, token.offset);
    *bytes = token.u.bytes;
    return QJSP_OK;
}

/* A view that covers its whole buffer. */
static qjsp_status read_typed_array(qjsp_reader *r, qjsp__shared *shared, uint64_t tag,
                                    qjsp__node *node)
{
    const qjsp__view_type *type = qjsp__view_by_tag(tag);
    size_t begin = r->pos;
    qjsp_status st;

    if (type == NULL)
        return refuse(r, node->offset);
    node->kind = QJSP__NODE_VIEW;
    node->u.view.type = type;
    node->u.view.offset = 0;
    st = read_buffer(r, shared, &node->u.view.bytes);
    if (st == QJSP_OK && node->u.view.bytes.len % type->size != 0)
        return refuse(r, begin);
    return st;
}

/* [class name, buffer, byteOffset, length]; the name is behind already. */
static qjsp_status read_view(qjsp_reader *r, qjsp__shared *shared, const qjsp__view_type *type,
                             qjsp__node *node)
{
    size_t begin = r->pos;
    uint64_t offset, length;
    qjsp_bytes buffer;
    qjsp_status st = read_buffer(r, shared, &buffer);

    if (st == QJSP_OK)
        st = expect_uint(r, UINT64_MAX, &offset);
    if (st == QJSP_OK)
        st = expect_uint(r, UINT64_MAX, &length);
    if (st != QJSP_OK)
        return st;
    if (offset > buffer.len || offset % type->size != 0 ||
        length > (buffer.len - offset) / type->size)
        return refuse(r, begin);
    node->kind = QJSP__NODE_VIEW;
    node->u.view.type = type;
    node->u.view.offset = (size_t)offset;
    node->u.view.bytes.data = buffer.data + offset;
    node->u.view.bytes.len = (size_t)length * type->size;
    return QJSP_OK;
}

static qjsp_status read_sparse(qjsp_reader *r, qjsp__node *node)
{
    uint64_t length;
    qjsp_status st = expect_uint(r, UINT32_MAX, &length);

    if (st != QJSP_OK)
        return st;
    node->u.length = (uint32_t)length;
    return expect_map(r, node, QJSP__NODE_SPARSE);
}

static qjsp_status node_from_token(qjsp_reader *r, qjsp__shared *shared, const qjsp_token *token,
                                   qjsp__node *node);

/* Recurses no further: a boxed value is a primitive, and those have no parts. */
static qjsp_status read_boxed(qjsp_reader *r, qjsp__shared *shared, qjsp__node_kind kind,
                              qjsp__node *node)
{
    qjsp_token token;
    qjsp_status st = qjsp_reader_next(r, &token);

    if (st != QJSP_OK)
        return st;
    if (token.kind == QJSP_TOKEN_TAG && token.u.u64 != QJSP_TAG_BIGINT &&
        token.u.u64 != QJSP_TAG_BIGINT_NEGATIVE)
        return refuse(r, token.offset);
    st = node_from_token(r, shared, &token, node);
    if (st == QJSP_OK && node->kind != kind)
        return refuse(r, token.offset);
    node->boxed = node->kind;
    node->kind = QJSP__NODE_BOXED;
    return st;
}

/* The class named `name`, of which `nargs` arguments follow. */
static qjsp_status read_class(qjsp_reader *r, qjsp__shared *shared, qjsp_bytes name, uint64_t nargs,
                              qjsp__node *node)
{
    const qjsp__view_type *type = qjsp__view_by_name(name);

    if (type != NULL && nargs == 3)
        return read_view(r, shared, type, node);
    if (nargs == 2 && qjsp__bytes_equal(name, "Array"))
        return read_sparse(r, node);
    if (nargs != 1)
        return refuse(r, node->offset);
    if (qjsp__bytes_equal(name, "Error"))
        return expect_map(r, node, QJSP__NODE_ERROR);
    if (qjsp__bytes_equal(name, "Date"))
        return read_date(r, 1, node);
    if (qjsp__bytes_equal(name, "Number"))
        return read_boxed(r, shared, QJSP__NODE_NUMBER, node);
    if (qjsp__bytes_equal(name, "String"))
        return read_boxed(r, shared, QJSP__NODE_TEXT, node);
    if (qjsp__bytes_equal(name, "Boolean"))
        return read_boxed(r, shared, QJSP__NODE_BOOL, node);
    if (qjsp__bytes_equal(name, "BigInt"))
        return read_boxed(r, shared, QJSP__NODE_BIGINT, node);
    return refuse(r, node->offset);
}

static qjsp_status read_object(qjsp_reader *r, qjsp__shared *shared, qjsp__node *node)
{
    qjsp_token token;
    qjsp_bytes name;
    qjsp_status st = expect(r, QJSP_TOKEN_ARRAY, &token);

    if (st == QJSP_OK && token.u.u64 == 0)
        return refuse(r, token.offset);
    if (st == QJSP_OK)
        st = expect_text(r, &name);
    if (st == QJSP_OK)
        st = read_class(r, shared, name, token.u.u64 - 1, node);
    return st;
}

static qjsp_status read_tagged(qjsp_reader *r, qjsp__shared *shared, uint64_t tag, qjsp__node *node)
{
    switch (tag) {
    case QJSP_TAG_DATE: return read_date(r, 1000, node);
    case QJSP_TAG_BIGINT: return read_bigint(r, false, node);
    case QJSP_TAG_BIGINT_NEGATIVE: return read_bigint(r, true, node);
    case QJSP_TAG_OBJECT: return read_object(r, shared, node);
    case QJSP_TAG_REFERENCE:
        node->kind = QJSP__NODE_REFERENCE;
        return read_reference(r, shared, &node->u.reference);
    case QJSP_TAG_SET: return expect_members(r, node);
    case QJSP_TAG_MAP: return expect_map(r, node, QJSP__NODE_MAP);
    case QJSP_TAG_REGEXP: return read_regexp(r, node);
    default: return read_typed_array(r, shared, tag, node);
    }
}

static void set_number(qjsp__node *node, double number)
{
    node->kind = QJSP__NODE_NUMBER;
    node->u.number = number;
}

static void set_text(qjsp__node *node, qjsp__node_kind kind, qjsp_bytes text)
{
    node->kind = kind;
    node->u.text = text;
}

static void set_container(qjsp__node *node, qjsp__node_kind kind, uint64_t count)
{
    node->kind = kind;
    node->count = count;
}

static qjsp_status node_from_token(qjsp_reader *r, qjsp__shared *shared, const qjsp_token *token,
                                   qjsp__node *node)
{
    switch (token->kind) {
    case QJSP_TOKEN_UNDEFINED: node->kind = QJSP__NODE_UNDEFINED; break;
    case QJSP_TOKEN_NULL: node->kind = QJSP__NODE_NULL; break;
    case QJSP_TOKEN_HOLE: node->kind = QJSP__NODE_HOLE; break;
    case QJSP_TOKEN_BOOL:
        node->kind = QJSP__NODE_BOOL;
        node->u.boolean = token->u.boolean;
        break;
    case QJSP_TOKEN_INT: set_number(node, (double)token->u.i64); break;
    case QJSP_TOKEN_UINT: set_number(node, (double)token->u.u64); break;
    case QJSP_TOKEN_FLOAT: set_number(node, token->u.f64); break;
    case QJSP_TOKEN_TEXT: set_text(node, QJSP__NODE_TEXT, token->u.bytes); break;
    case QJSP_TOKEN_BYTES: set_text(node, QJSP__NODE_BUFFER, token->u.bytes); break;
    case QJSP_TOKEN_ARRAY: set_container(node, QJSP__NODE_ARRAY, token->u.u64); break;
    case QJSP_TOKEN_MAP: set_container(node, QJSP__NODE_OBJECT, token->u.u64); break;
    case QJSP_TOKEN_TAG: return read_tagged(r, shared, token->u.u64, node);
    }
    return QJSP_OK;
}

qjsp_status qjsp__node_read(qjsp_reader *r, qjsp__shared *shared, qjsp__node *node)
{
    qjsp_token token;
    qjsp_status st = qjsp_reader_next(r, &token);

    if (st != QJSP_OK)
        return st;
    node->offset = token.offset;
    node->shared = QJSP__NOT_SHARED;
    node->count = 0;
    if (token.kind != QJSP_TOKEN_TAG || token.u.u64 != QJSP_TAG_SHAREABLE)
        return node_from_token(r, shared, &token, node);
    st = qjsp__shared_index(shared, token.offset, &node->shared);
    if (st == QJSP_OK)
        st = qjsp_reader_next(r, &token);
    if (st == QJSP_OK)
        st = node_from_token(r, shared, &token, node);
    if (st == QJSP_OK && !qjsp__node_is_object(node))
        return refuse(r, node->offset); /* primitives have no identity to share */
    return st;
}

qjsp_status qjsp__key_read(qjsp_reader *r, qjsp_bytes *key)
{
    return expect_text(r, key);
}

bool qjsp__key_is_index(qjsp_bytes key, uint32_t *index)
{
    uint64_t value = 0;

    if (key.len == 0 || key.len > 10 || (key.data[0] == '0' && key.len > 1))
        return false;
    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] < '0' || key.data[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(key.data[i] - '0');
    }
    *index = (uint32_t)value;
    return value < UINT32_MAX;
}

/* Skips a value and says where it began. */
static qjsp_status skip_value(qjsp_reader *r, size_t *offset)
{
    *offset = r->pos;
    return qjsp_reader_skip(r);
}

static qjsp_status error_field(qjsp_reader *r, qjsp_bytes key, qjsp__error *error)
{
    size_t offset;

    if (qjsp__bytes_equal(key, "name"))
        return expect_text(r, &error->name);
    if (qjsp__bytes_equal(key, "message"))
        return expect_text(r, &error->message);
    if (qjsp__bytes_equal(key, "stack"))
        return expect_text(r, &error->stack);
    if (qjsp__bytes_equal(key, "cause"))
        return skip_value(r, &error->cause);
    if (qjsp__bytes_equal(key, "errors"))
        return skip_value(r, &error->errors);
    return skip_value(r, &offset);
}

qjsp_status qjsp__error_read(qjsp_reader *r, const qjsp__node *node, qjsp__error *error)
{
    qjsp_bytes key;

    *error = (qjsp__error){ .cause = 0 };
    for (uint64_t i = 0; i < node->count; i++) {
        qjsp_status st = expect_text(r, &key);
        if (st == QJSP_OK)
            st = error_field(r, key, error);
        if (st != QJSP_OK)
            return st;
    }
    return QJSP_OK;
}
