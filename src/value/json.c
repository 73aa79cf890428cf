/* SPDX-License-Identifier: MIT */
/*
 * Values as JSON. The input was checked before, so that nothing is written of
 * a value that breaks off; the walk keeps a stack of its own.
 *
 * References are written out again. The walk jumps to the shareable, writes
 * it, and goes on behind the reference; shareables that are being written
 * are marked, so that a cycle ends.
 */
#include "value/json.h"

#include <math.h>
#include <string.h>

#include "value/check.h"
#include "value/date.h"
#include "value/node.h"
#include "value/number.h"
#include "value/quote.h"

#define NO_RESUME SIZE_MAX

/* Reading without writing (a large object whose properties are all undefined,
 * again and again) is allowed in this proportion to what was read and written. */
enum { WORK_FACTOR = 16 };

typedef struct frame {
    qjsp__node_kind kind;
    bool has_written;    /* a comma goes before the next */
    bool is_key;         /* MAP: the next value opens a pair */
    uint32_t length;     /* SPARSE */
    uint32_t next_index; /* SPARSE */
    uint64_t left;       /* values to come */
    size_t shared;       /* to be unmarked at the end */
    size_t begin;        /* where its children began */
    size_t resume;       /* where to go on; NO_RESUME: right behind */
} frame;

typedef struct json {
    qjsp_reader *reader;
    qjsp__shared *shared;
    qjsp_buffer *out;
    qjsp_buffer stack;   /* of frame */
    qjsp_buffer is_open; /* a byte for each shareable */
    size_t out_begin;
    uint64_t work; /* bytes read through references */
} json;

static frame *stack_top(json *j)
{
    /* the stack holds nothing but frames, aligned as malloc's memory is */
    return (frame *)(void *)(j->stack.data + j->stack.len) - 1;
}

static void put(json *j, const char *text)
{
    qjsp_buffer_append(j->out, text, strlen(text));
}

static qjsp_bytes bytes_of(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, strlen(text) };
}

static void put_number(json *j, double number)
{
    if (isfinite(number))
        qjsp__append_number(j->out, number);
    else
        put(j, "null");
}

static void put_bigint(json *j, const qjsp__bigint *value)
{
    put(j, "\"");
    qjsp__append_bigint(j->out, value);
    put(j, "\"");
}

static void put_date(json *j, double ms)
{
    if (isnan(ms)) {
        put(j, "null");
        return;
    }
    put(j, "\"");
    qjsp__append_date(j->out, ms);
    put(j, "\"");
}

static void put_regexp(json *j, const qjsp__node *node)
{
    put(j, "\"/");
    qjsp__append_json_part(j->out, node->u.regexp.source);
    put(j, "/");
    qjsp__append_json_part(j->out, node->u.regexp.flags);
    put(j, "\"");
}

static void put_element(json *j, const qjsp__view_type *type, const uint8_t *p)
{
    if (qjsp__view_is_bigint(type)) {
        put(j, "\"");
        qjsp__view_append(j->out, type, p);
        put(j, "\"");
    } else {
        put_number(j, qjsp__view_get(type, p));
    }
}

static void put_elements(json *j, const qjsp__view_type *type, qjsp_bytes bytes)
{
    put(j, "[");
    for (size_t i = 0; i < bytes.len && j->out->status == QJSP_OK; i += type->size) {
        if (i > 0)
            put(j, ",");
        put_element(j, type, bytes.data + i);
    }
    put(j, "]");
}

/* {name, message}, in this order, and both always there. */
static qjsp_status put_error(json *j, const qjsp__node *node)
{
    qjsp__error error;
    qjsp_status st = qjsp__error_read(j->reader, node, &error);

    put(j, "{\"name\":");
    qjsp__append_json_string(j->out, error.name.data == NULL ? bytes_of("Error") : error.name);
    put(j, ",\"message\":");
    qjsp__append_json_string(j->out, error.message);
    put(j, "}");
    return st;
}

static void put_primitive(json *j, qjsp__node_kind kind, const qjsp__node *node)
{
    switch (kind) {
    case QJSP__NODE_BOOL: put(j, node->u.boolean ? "true" : "false"); break;
    case QJSP__NODE_NUMBER: put_number(j, node->u.number); break;
    case QJSP__NODE_BIGINT: put_bigint(j, &node->u.bigint); break;
    case QJSP__NODE_TEXT: qjsp__append_json_string(j->out, node->u.text); break;
    default: put(j, "null"); break;
    }
}

static void put_leaf(json *j, const qjsp__node *node)
{
    switch (node->kind) {
    case QJSP__NODE_BOXED: put_primitive(j, node->boxed, node); break;
    case QJSP__NODE_DATE: put_date(j, node->u.number); break;
    case QJSP__NODE_REGEXP: put_regexp(j, node); break;
    case QJSP__NODE_BUFFER: put_elements(j, qjsp__view_by_tag(QJSP_TAG_UINT8), node->u.text); break;
    case QJSP__NODE_VIEW: put_elements(j, node->u.view.type, node->u.view.bytes); break;
    default: put_primitive(j, node->kind, node); break;
    }
}

static void mark_open(json *j, size_t shared, bool is_open)
{
    if (shared != QJSP__NOT_SHARED && j->is_open.status == QJSP_OK)
        j->is_open.data[shared] = is_open;
}

static qjsp_status push(json *j, const qjsp__node *node, size_t resume)
{
    bool is_object = node->kind == QJSP__NODE_OBJECT;
    frame f = {
        .kind = node->kind,
        .is_key = node->kind == QJSP__NODE_MAP,
        .left = node->kind == QJSP__NODE_MAP ? node->count * 2 : node->count,
        .shared = node->shared,
        .begin = j->reader->pos,
        .resume = resume,
    };

    if (node->kind == QJSP__NODE_SPARSE)
        f.length = node->u.length;
    mark_open(j, node->shared, true);
    put(j, is_object ? "{" : "[");
    qjsp_buffer_append(&j->stack, &f, sizeof f);
    return j->stack.status;
}

/* Back to behind the reference. */
static void resume_at(json *j, size_t begin, size_t resume)
{
    if (resume == NO_RESUME)
        return;
    j->work += j->reader->pos - begin;
    j->reader->pos = resume;
}

static qjsp_status put_node(json *j, const qjsp__node *node, size_t resume)
{
    qjsp_status st = QJSP_OK;

    if (node->kind != QJSP__NODE_ERROR && qjsp__node_is_container(node))
        return push(j, node, resume);
    if (node->kind == QJSP__NODE_ERROR)
        st = put_error(j, node);
    else
        put_leaf(j, node);
    resume_at(j, node->offset, resume);
    return st;
}

/* False: too much was read again for too little output. */
static bool may_repeat(const json *j)
{
    uint64_t written = j->out->len - j->out_begin;

    return j->work / WORK_FACTOR <= written + j->reader->len;
}

static qjsp_status put_reference(json *j, size_t index)
{
    size_t resume = j->reader->pos;
    qjsp__node node;
    qjsp_status st;

    if (j->is_open.data[index] != 0) {
        put(j, "\"[Circular]\"");
        return QJSP_OK;
    }
    if (!may_repeat(j))
        return QJSP_ERR_LIMIT;
    j->reader->pos = qjsp__shared_offset(j->shared, index);
    st = qjsp__node_read(j->reader, j->shared, &node);
    return st == QJSP_OK ? put_node(j, &node, resume) : st;
}

static qjsp_status put_any(json *j, const qjsp__node *node)
{
    if (node->kind == QJSP__NODE_REFERENCE)
        return put_reference(j, node->u.reference);
    return put_node(j, node, NO_RESUME);
}

static void put_comma(json *j, frame *f)
{
    if (f->has_written)
        put(j, ",");
    f->has_written = true;
}

/* JSON.stringify leaves out what is undefined. */
static qjsp_status step_object(json *j, frame *f)
{
    qjsp_bytes key;
    qjsp__node node;
    qjsp_status st = qjsp__key_read(j->reader, &key);

    if (st == QJSP_OK)
        st = qjsp__node_read(j->reader, j->shared, &node);
    if (st != QJSP_OK || node.kind == QJSP__NODE_UNDEFINED)
        return st;
    put_comma(j, f);
    qjsp__append_json_string(j->out, key);
    put(j, ":");
    return put_any(j, &node);
}

static void put_holes(json *j, frame *f, uint32_t until)
{
    for (; f->next_index < until && j->out->status == QJSP_OK; f->next_index++) {
        put_comma(j, f);
        put(j, "null");
    }
}

/* Indices ascend (check.c); other properties are not JSON.stringify's business. */
static qjsp_status step_sparse(json *j, frame *f)
{
    qjsp_bytes key;
    qjsp__node node;
    uint32_t index;
    qjsp_status st = qjsp__key_read(j->reader, &key);

    if (st == QJSP_OK && !qjsp__key_is_index(key, &index))
        return qjsp_reader_skip(j->reader);
    if (st == QJSP_OK)
        st = qjsp__node_read(j->reader, j->shared, &node);
    if (st != QJSP_OK)
        return st;
    put_holes(j, f, index);
    put_comma(j, f);
    f->next_index = index + 1;
    return put_any(j, &node);
}

static qjsp_status step_items(json *j, frame *f)
{
    qjsp__node node;
    qjsp_status st = qjsp__node_read(j->reader, j->shared, &node);

    if (st != QJSP_OK)
        return st;
    put_comma(j, f);
    return put_any(j, &node);
}

/* A Map's entry is an array of its key and its value. */
static qjsp_status step_map(json *j, frame *f)
{
    qjsp__node node;
    qjsp_status st = qjsp__node_read(j->reader, j->shared, &node);
    bool is_key = f->is_key;

    if (st != QJSP_OK)
        return st;
    if (is_key)
        put_comma(j, f);
    put(j, is_key ? "[" : ",");
    f->is_key = !is_key;
    return put_any(j, &node);
}

static void close_top(json *j, frame *f)
{
    if (f->kind == QJSP__NODE_SPARSE)
        put_holes(j, f, f->length);
    put(j, f->kind == QJSP__NODE_OBJECT ? "}" : "]");
    mark_open(j, f->shared, false);
    resume_at(j, f->begin, f->resume);
    j->stack.len -= sizeof *f;
}

static qjsp_status step(json *j)
{
    frame *f = stack_top(j);

    /* the value of a Map's entry is complete: so is the entry */
    if (f->kind == QJSP__NODE_MAP && f->is_key && f->has_written)
        put(j, "]");
    if (f->left == 0) {
        close_top(j, f);
        return QJSP_OK;
    }
    f->left--;
    switch (f->kind) {
    case QJSP__NODE_OBJECT: return step_object(j, f);
    case QJSP__NODE_SPARSE: return step_sparse(j, f);
    case QJSP__NODE_MAP: return step_map(j, f);
    default: return step_items(j, f);
    }
}

static qjsp_status walk(json *j)
{
    qjsp__node node;
    size_t count = qjsp__shared_count(j->shared);
    uint8_t *is_open = count == 0 ? NULL : qjsp_buffer_extend(&j->is_open, count);
    qjsp_status st = j->is_open.status;

    if (is_open != NULL)
        memset(is_open, 0, count);
    if (st == QJSP_OK)
        st = qjsp__node_read(j->reader, j->shared, &node);
    if (st == QJSP_OK)
        st = put_any(j, &node);
    while (st == QJSP_OK && j->out->status == QJSP_OK && j->stack.len > 0)
        st = step(j);
    return st;
}

qjsp_status qjsp__json_append(qjsp_reader *r, qjsp__shared *shared, qjsp_buffer *out)
{
    json j = { .reader = r, .shared = shared, .out = out, .out_begin = out->len };
    qjsp_status st;

    qjsp_buffer_init(&j.stack, out->alloc, 0);
    qjsp_buffer_init(&j.is_open, out->alloc, 0);
    st = walk(&j);
    qjsp_buffer_fini(&j.is_open);
    qjsp_buffer_fini(&j.stack);
    return st == QJSP_OK ? out->status : st;
}

qjsp_status qjsp_value_to_json(qjsp_bytes in, qjsp_buffer *out)
{
    qjsp__shared shared;
    qjsp_reader reader;
    qjsp_status st;

    qjsp__shared_init(&shared, out->alloc);
    qjsp_reader_init(&reader, in, 0);
    st = qjsp__value_check(in, 0, &shared, NULL);
    if (st == QJSP_OK)
        st = qjsp__json_append(&reader, &shared, out);
    qjsp__shared_fini(&shared);
    return st;
}
