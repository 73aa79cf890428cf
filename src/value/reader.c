/* SPDX-License-Identifier: MIT */
/*
 * Bytes as tokens, one head at a time. Every byte is hostile: a head is
 * believed only as far as the bytes that are left bear it out.
 *
 * Order of checks: truncated before limit, and a failed call leaves the
 * reader where it was.
 */
#include <qjspool/value.h>

#include <string.h>

#include "value/cbor.h"
#include "value/float16.h"
#include "value/wtf8.h"

typedef struct head {
    uint8_t major;
    uint8_t info; /* 0..27; the width of the argument when 24 or more */
    uint64_t argument;
    size_t len; /* 1..9 */
} head;

void qjsp_reader_init(qjsp_reader *r, qjsp_bytes in, uint64_t max_nodes)
{
    *r = (qjsp_reader){
        .data = in.data,
        .len = in.len,
        .nodes_left = max_nodes == 0 ? UINT64_MAX : max_nodes,
    };
}

static qjsp_status read_head(const qjsp_reader *r, head *h)
{
    const uint8_t *p = r->data + r->pos;
    size_t width;

    if (r->pos >= r->len)
        return QJSP_ERR_TRUNCATED;
    *h = (head){ .major = p[0] >> 5, .info = p[0] & 0x1f, .len = 1 };
    h->argument = h->info;
    if (h->info < CBOR_ONE_BYTE)
        return QJSP_OK;
    if (h->info > CBOR_EIGHT_BYTES)
        return QJSP_ERR_MALFORMED;
    width = (size_t)1 << (h->info - CBOR_ONE_BYTE);
    if (width >= r->len - r->pos)
        return QJSP_ERR_TRUNCATED;
    h->argument = 0;
    for (size_t i = 1; i <= width; i++)
        h->argument = h->argument << 8 | p[i];
    h->len += width;
    return QJSP_OK;
}

static qjsp_status take_integer(const head *h, qjsp_token *token)
{
    token->kind = QJSP_TOKEN_INT;
    if (h->argument <= INT64_MAX) {
        token->u.i64 = (int64_t)h->argument;
        if (h->major == CBOR_MAJOR_NEGATIVE)
            token->u.i64 = -1 - token->u.i64;
        return QJSP_OK;
    }
    if (h->major == CBOR_MAJOR_NEGATIVE)
        return QJSP_ERR_MALFORMED; /* no token holds it, no writer of ours makes it */
    token->kind = QJSP_TOKEN_UINT;
    token->u.u64 = h->argument;
    return QJSP_OK;
}

/* Moves past the string's content; its head is behind already. */
static qjsp_status take_string(qjsp_reader *r, const head *h, qjsp_token *token)
{
    if (h->argument > r->len - r->pos)
        return QJSP_ERR_TRUNCATED;
    token->u.bytes = (qjsp_bytes){ r->data + r->pos, (size_t)h->argument };
    r->pos += (size_t)h->argument;
    if (h->major == CBOR_MAJOR_BYTES) {
        token->kind = QJSP_TOKEN_BYTES;
        return QJSP_OK;
    }
    token->kind = QJSP_TOKEN_TEXT;
    return qjsp__wtf8_is_valid(token->u.bytes) ? QJSP_OK : QJSP_ERR_MALFORMED;
}

/* An item takes a byte at least, so a larger count cannot be true. */
static qjsp_status take_container(const qjsp_reader *r, const head *h, qjsp_token *token)
{
    bool is_map = h->major == CBOR_MAJOR_MAP;
    size_t left = r->len - r->pos;

    if (h->argument > (is_map ? left / 2 : left))
        return QJSP_ERR_TRUNCATED;
    token->kind = is_map ? QJSP_TOKEN_MAP : QJSP_TOKEN_ARRAY;
    token->u.u64 = h->argument;
    return QJSP_OK;
}

static double float_value(const head *h)
{
    uint32_t narrow = (uint32_t)h->argument;
    float f32;
    double f64;

    if (h->info == CBOR_TWO_BYTES)
        return qjsp__float16_to_double((uint16_t)h->argument);
    if (h->info == CBOR_FOUR_BYTES) {
        memcpy(&f32, &narrow, sizeof f32);
        return (double)f32;
    }
    memcpy(&f64, &h->argument, sizeof f64);
    return f64;
}

static qjsp_status take_simple(const head *h, qjsp_token *token)
{
    if (h->info >= CBOR_TWO_BYTES) {
        token->kind = QJSP_TOKEN_FLOAT;
        token->u.f64 = float_value(h);
        return QJSP_OK;
    }
    if (h->info == CBOR_ONE_BYTE) { /* f8 14 would be a second form of false */
        token->kind = QJSP_TOKEN_HOLE;
        return h->argument == CBOR_HOLE ? QJSP_OK : QJSP_ERR_MALFORMED;
    }
    switch (h->argument) {
    case CBOR_FALSE:
    case CBOR_TRUE:
        token->kind = QJSP_TOKEN_BOOL;
        token->u.boolean = h->argument == CBOR_TRUE;
        return QJSP_OK;
    case CBOR_NULL: token->kind = QJSP_TOKEN_NULL; return QJSP_OK;
    case CBOR_UNDEFINED: token->kind = QJSP_TOKEN_UNDEFINED; return QJSP_OK;
    default: return QJSP_ERR_MALFORMED;
    }
}

/* The reader stands behind the head. */
static qjsp_status take_item(qjsp_reader *r, const head *h, qjsp_token *token)
{
    switch (h->major) {
    case CBOR_MAJOR_UINT:
    case CBOR_MAJOR_NEGATIVE: return take_integer(h, token);
    case CBOR_MAJOR_BYTES:
    case CBOR_MAJOR_TEXT: return take_string(r, h, token);
    case CBOR_MAJOR_ARRAY:
    case CBOR_MAJOR_MAP: return take_container(r, h, token);
    case CBOR_MAJOR_TAG:
        token->kind = QJSP_TOKEN_TAG;
        token->u.u64 = h->argument;
        return QJSP_OK;
    default: return take_simple(h, token);
    }
}

qjsp_status qjsp_reader_next(qjsp_reader *r, qjsp_token *token)
{
    size_t begin = r->pos;
    head h;
    qjsp_status st = read_head(r, &h);

    if (st != QJSP_OK)
        return st;
    if (r->nodes_left == 0)
        return QJSP_ERR_LIMIT;
    token->offset = begin;
    r->pos += h.len;
    st = take_item(r, &h, token);
    if (st != QJSP_OK) {
        r->pos = begin;
        return st;
    }
    r->nodes_left--;
    return QJSP_OK;
}

/* Items that follow directly and belong to the token's item. A map's pairs
 * are at most half the bytes that are left, so twice them does not overflow. */
static uint64_t token_children(const qjsp_token *token)
{
    switch (token->kind) {
    case QJSP_TOKEN_ARRAY: return token->u.u64;
    case QJSP_TOKEN_MAP: return token->u.u64 * 2;
    case QJSP_TOKEN_TAG: return 1;
    default: return 0;
    }
}

qjsp_status qjsp_reader_skip(qjsp_reader *r)
{
    uint64_t pending = 1;
    qjsp_token token;

    while (pending > 0) {
        qjsp_status st = qjsp_reader_next(r, &token);
        if (st != QJSP_OK)
            return st;
        pending += token_children(&token) - 1;
        if (pending > r->len - r->pos)
            return QJSP_ERR_TRUNCATED;
    }
    return QJSP_OK;
}
