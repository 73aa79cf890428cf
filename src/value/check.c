/* SPDX-License-Identifier: MIT */
/*
 * Whether bytes are one value: a walk over nodes with a stack of its own.
 * Depth counts what JavaScript sees as containers: an Error is one, although
 * it takes a tag, an array and a map.
 */
#include "value/check.h"

#include "value/node.h"

enum { DEPTH_DEFAULT = 10000 };

typedef struct frame {
    qjsp__node_kind kind;
    uint32_t length;     /* SPARSE */
    uint64_t left;       /* values that still have to come; keys not counted */
    uint64_t next_index; /* SPARSE: no index key may be below; UINT64_MAX: none at all */
} frame;

typedef struct checker {
    qjsp_reader reader;
    qjsp__shared *shared;
    qjsp_buffer stack; /* of frame */
    size_t max_depth;
} checker;

static frame *stack_top(checker *c)
{
    /* the stack holds nothing but frames, aligned as malloc's memory is */
    return (frame *)(void *)(c->stack.data + c->stack.len) - 1;
}

static qjsp_status push(checker *c, const qjsp__node *node)
{
    frame f = { .kind = node->kind, .left = node->count };

    if (node->kind == QJSP__NODE_SPARSE)
        f.length = node->u.length;
    if (node->kind == QJSP__NODE_MAP)
        f.left *= 2; /* at most the bytes of the input */
    if (c->stack.len / sizeof f >= c->max_depth) {
        c->reader.pos = node->offset;
        return QJSP_ERR_LIMIT;
    }
    qjsp_buffer_append(&c->stack, &f, sizeof f);
    return c->stack.status;
}

static qjsp_status refuse(checker *c, size_t offset)
{
    c->reader.pos = offset;
    return QJSP_ERR_MALFORMED;
}

/* Indices come first and ascend, as own keys do; so none comes twice. */
static bool sparse_key_is_valid(frame *f, qjsp_bytes key)
{
    uint32_t index;

    if (!qjsp__key_is_index(key, &index)) {
        f->next_index = UINT64_MAX;
        return true;
    }
    if (index < f->next_index || index >= f->length)
        return false;
    f->next_index = (uint64_t)index + 1;
    return true;
}

static bool is_text_field(qjsp_bytes key)
{
    return qjsp__bytes_equal(key, "name") || qjsp__bytes_equal(key, "message") ||
           qjsp__bytes_equal(key, "stack");
}

static bool has_keys(qjsp__node_kind kind)
{
    return kind == QJSP__NODE_OBJECT || kind == QJSP__NODE_ERROR || kind == QJSP__NODE_SPARSE;
}

static qjsp_status read_key(checker *c, frame *f, qjsp_bytes *key)
{
    size_t begin = c->reader.pos;
    qjsp_status st = qjsp__key_read(&c->reader, key);

    if (st == QJSP_OK && f->kind == QJSP__NODE_SPARSE && !sparse_key_is_valid(f, *key))
        return refuse(c, begin);
    return st;
}

/* One child of the top frame, its key included. */
static qjsp_status step(checker *c)
{
    frame *f = stack_top(c);
    qjsp_bytes key = { NULL, 0 };
    qjsp_status st = QJSP_OK;
    qjsp__node node;

    if (f->left == 0) {
        c->stack.len -= sizeof *f;
        return QJSP_OK;
    }
    f->left--;
    if (has_keys(f->kind))
        st = read_key(c, f, &key);
    if (st == QJSP_OK)
        st = qjsp__node_read(&c->reader, c->shared, &node);
    if (st != QJSP_OK)
        return st;
    if (node.kind == QJSP__NODE_HOLE && f->kind != QJSP__NODE_ARRAY)
        return refuse(c, node.offset);
    if (f->kind == QJSP__NODE_ERROR && is_text_field(key) && node.kind != QJSP__NODE_TEXT)
        return refuse(c, node.offset);
    return qjsp__node_is_container(&node) ? push(c, &node) : QJSP_OK;
}

static qjsp_status check_all(checker *c)
{
    qjsp__node node;
    qjsp_status st = qjsp__node_read(&c->reader, c->shared, &node);

    if (st == QJSP_OK && node.kind == QJSP__NODE_HOLE)
        return refuse(c, node.offset);
    if (st == QJSP_OK && qjsp__node_is_container(&node))
        st = push(c, &node);
    while (st == QJSP_OK && c->stack.len > 0)
        st = step(c);
    if (st == QJSP_OK && c->reader.pos != c->reader.len)
        return QJSP_ERR_MALFORMED; /* something follows the value */
    return st;
}

qjsp_status qjsp__value_check(qjsp_bytes in, uint32_t max_depth, qjsp__shared *shared,
                              size_t *error_offset)
{
    checker c = { .shared = shared, .max_depth = max_depth == 0 ? DEPTH_DEFAULT : max_depth };
    qjsp_status st;

    qjsp_reader_init(&c.reader, in, 0);
    qjsp_buffer_init(&c.stack, shared->offsets.alloc, 0);
    st = check_all(&c);
    if (st != QJSP_OK && error_offset != NULL)
        *error_offset = c.reader.pos;
    qjsp_buffer_fini(&c.stack);
    return st;
}

qjsp_status qjsp_value_check(qjsp_bytes in, uint32_t max_depth, size_t *error_offset)
{
    qjsp__shared shared;
    qjsp_status st;

    qjsp__shared_init(&shared, NULL);
    st = qjsp__value_check(in, max_depth, &shared, error_offset);
    qjsp__shared_fini(&shared);
    return st;
}
