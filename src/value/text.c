/* SPDX-License-Identifier: MIT */
/*
 * Containers in the manner of Node's util.inspect: on one line if they fit,
 * else one entry on each line, short items of arrays side by side.
 *
 * Each container is first tried flat; when the line overflows, output and
 * reader go back and it is written broken. A try ends at the first entry that
 * passes the edge, so that it costs little more than a line.
 */
#include "value/text.h"

#include <string.h>

#include "base/checked.h"
#include "value/check.h"
#include "value/error_text.h"
#include "value/leaf.h"
#include "value/node.h"
#include "value/quote.h"

enum {
    LINE_WIDTH = 72,
    ITEMS_SHOWN = 100, /* of arrays, Sets and Maps, as Node shows */
    SHORT_ITEM = 24,   /* bytes; longer items of broken arrays get their own line */
    WORK_FACTOR = 4,   /* times the input may be read again through references */
    WORK_FREE = 65536,
};

typedef struct mark {
    bool is_open;
    uint32_t circular; /* 0: no cycle leads here */
} mark;

/* The entries of one container while they are written. */
typedef struct list {
    size_t indent;
    size_t count;     /* entries begun */
    bool is_packed;   /* short items share a line */
    bool was_short;   /* the last entry */
    size_t separator; /* where the current entry's separator begins */
    size_t begin;     /* where the current entry begins */
    size_t line;      /* the line before the separator */
} list;

static void text_value(qjsp__text *t, size_t depth, size_t indent);

static bool is_stopped(const qjsp__text *t)
{
    return t->has_overflown || t->status != QJSP_OK || t->out->status != QJSP_OK;
}

static mark *mark_at(qjsp__text *t, size_t index)
{
    return (mark *)(void *)t->marks.data + index;
}

static void put(qjsp__text *t, const char *text)
{
    qjsp__append_cstr(t->out, text);
}

static void put_newline(qjsp__text *t, size_t indent)
{
    uint8_t *at;

    put(t, "\n");
    t->line_begin = t->out->len;
    at = qjsp_buffer_extend(t->out, indent);
    if (at != NULL)
        memset(at, ' ', indent);
}

static void check_width(qjsp__text *t)
{
    if (t->is_flat && t->out->len > t->line_begin + LINE_WIDTH)
        t->has_overflown = true;
}

/* ---- entries ---- */

static void entry_begin(qjsp__text *t, list *l)
{
    l->separator = t->out->len;
    l->line = t->line_begin;
    if (l->count++ > 0)
        put(t, ",");
    if (t->is_flat)
        put(t, " ");
    else
        put_newline(t, l->indent + 2);
    l->begin = t->out->len;
}

/* Takes the entry back to the line of the one before. */
static void join_line(qjsp__text *t, list *l, size_t len)
{
    uint8_t *at = t->out->data + l->separator;

    at[1] = ' ';
    memmove(at + 2, t->out->data + l->begin, len);
    t->out->len = l->separator + 2 + len;
    t->line_begin = l->line;
}

static void entry_end(qjsp__text *t, list *l, bool is_scalar)
{
    size_t len = t->out->len - l->begin;
    bool is_short = is_scalar && len <= SHORT_ITEM;
    bool has_room = l->separator + 2 + len <= l->line + LINE_WIDTH;

    check_width(t);
    if (is_stopped(t))
        return;
    if (l->is_packed && !t->is_flat && l->count > 1 && l->was_short && is_short && has_room)
        join_line(t, l, len);
    l->was_short = is_short;
}

static void list_end(qjsp__text *t, const list *l, const char *brace)
{
    if (l->count > 0 && t->is_flat)
        put(t, " ");
    else if (l->count > 0)
        put_newline(t, l->indent);
    put(t, brace);
    check_width(t);
}

static void put_more(qjsp__text *t, list *l, uint64_t count)
{
    if (count == 0)
        return;
    entry_begin(t, l);
    qjsp_buffer_printf(t->out, "... %llu more item%s", (unsigned long long)count,
                       count == 1 ? "" : "s");
    entry_end(t, l, false);
}

static void put_holes(qjsp__text *t, list *l, uint64_t count)
{
    if (count == 0)
        return;
    entry_begin(t, l);
    qjsp_buffer_printf(t->out, "<%llu empty item%s>", (unsigned long long)count,
                       count == 1 ? "" : "s");
    entry_end(t, l, true);
}

/* ---- reading, once it is known that the input is good ---- */

static bool keep(qjsp__text *t, qjsp_status st)
{
    if (st != QJSP_OK && t->status == QJSP_OK)
        t->status = st;
    return st == QJSP_OK;
}

static bool read_node(qjsp__text *t, qjsp__node *node)
{
    return keep(t, qjsp__node_read(t->reader, t->shared, node));
}

static void skip(qjsp__text *t, uint64_t count)
{
    for (; count > 0 && t->status == QJSP_OK; count--)
        keep(t, qjsp_reader_skip(t->reader));
}

/* ---- containers ---- */

static bool is_scalar_at(const qjsp__text *t)
{
    static const uint8_t simple = 7, text = 3;
    uint8_t major = t->reader->data[t->reader->pos] >> 5;

    return major <= 1 || major == text || major == simple;
}

static void put_item(qjsp__text *t, list *l, size_t depth)
{
    bool is_scalar = is_scalar_at(t);

    entry_begin(t, l);
    text_value(t, depth + 1, l->indent + 2);
    entry_end(t, l, is_scalar);
}

/* Passes over the holes at the reader. */
static uint64_t count_holes(qjsp__text *t, uint64_t max)
{
    uint64_t count = 0;
    qjsp_reader ahead = *t->reader;
    qjsp_token token;

    while (count < max && keep(t, qjsp_reader_next(&ahead, &token)) &&
           token.kind == QJSP_TOKEN_HOLE) {
        *t->reader = ahead;
        count++;
    }
    return count;
}

static void put_array(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    list l = { .indent = indent, .is_packed = true };
    uint64_t left = node->count, holes;

    put(t, "[");
    while (left > 0 && l.count < ITEMS_SHOWN && !is_stopped(t)) {
        holes = count_holes(t, left);
        left -= holes;
        put_holes(t, &l, holes);
        if (holes > 0)
            continue;
        put_item(t, &l, depth);
        left--;
    }
    put_more(t, &l, left);
    if (!is_stopped(t))
        skip(t, left);
    list_end(t, &l, "]");
}

static void put_set(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    list l = { .indent = indent, .is_packed = true };
    uint64_t shown = qjsp__u64_min(node->count, ITEMS_SHOWN);

    qjsp_buffer_printf(t->out, "Set(%llu) {", (unsigned long long)node->count);
    for (uint64_t i = 0; i < shown && !is_stopped(t); i++)
        put_item(t, &l, depth);
    put_more(t, &l, node->count - shown);
    if (!is_stopped(t))
        skip(t, node->count - shown);
    list_end(t, &l, "}");
}

static void put_map(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    list l = { .indent = indent };
    uint64_t shown = qjsp__u64_min(node->count, ITEMS_SHOWN);

    qjsp_buffer_printf(t->out, "Map(%llu) {", (unsigned long long)node->count);
    for (uint64_t i = 0; i < shown && !is_stopped(t); i++) {
        entry_begin(t, &l);
        text_value(t, depth + 1, indent + 2);
        put(t, " => ");
        if (!is_stopped(t))
            text_value(t, depth + 1, indent + 2);
        entry_end(t, &l, false);
    }
    put_more(t, &l, node->count - shown);
    if (!is_stopped(t))
        skip(t, (node->count - shown) * 2);
    list_end(t, &l, "}");
}

static void put_property(qjsp__text *t, list *l, qjsp_bytes key, size_t depth)
{
    entry_begin(t, l);
    qjsp__append_key(t->out, key);
    put(t, ": ");
    text_value(t, depth + 1, l->indent + 2);
    entry_end(t, l, false);
}

static void put_object(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    list l = { .indent = indent };
    qjsp_bytes key;

    put(t, "{");
    for (uint64_t i = 0; i < node->count && !is_stopped(t); i++) {
        if (keep(t, qjsp__key_read(t->reader, &key)))
            put_property(t, &l, key, depth);
    }
    list_end(t, &l, "}");
}

/* What is left of a sparse array's indices, when no more of them are shown. */
static void end_indices(qjsp__text *t, list *l, uint64_t *next, uint32_t length)
{
    uint64_t rest = length - *next;

    *next = length;
    if (l->count < ITEMS_SHOWN)
        put_holes(t, l, rest);
    else
        put_more(t, l, rest);
}

/* An index comes before all names (check.c). */
static void put_index(qjsp__text *t, list *l, uint64_t *next, uint32_t index, size_t depth)
{
    if (l->count < ITEMS_SHOWN)
        put_holes(t, l, index - *next);
    if (l->count >= ITEMS_SHOWN) {
        skip(t, 1); /* `next` stays: end_indices counts all that is not shown */
        return;
    }
    put_item(t, l, depth);
    *next = (uint64_t)index + 1;
}

static void put_sparse(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    list l = { .indent = indent, .is_packed = true };
    uint64_t next = 0;
    uint32_t index;
    qjsp_bytes key;

    put(t, "[");
    for (uint64_t i = 0; i < node->count && !is_stopped(t); i++) {
        if (!keep(t, qjsp__key_read(t->reader, &key)))
            break;
        if (qjsp__key_is_index(key, &index)) {
            put_index(t, &l, &next, index, depth);
            continue;
        }
        end_indices(t, &l, &next, node->u.length);
        put_property(t, &l, key, depth);
    }
    end_indices(t, &l, &next, node->u.length);
    list_end(t, &l, "]");
}

static void put_element(qjsp__text *t, list *l, const qjsp__view_type *type, const uint8_t *p)
{
    entry_begin(t, l);
    qjsp__view_append(t->out, type, p);
    if (qjsp__view_is_bigint(type))
        put(t, "n");
    entry_end(t, l, true);
}

static void put_view(qjsp__text *t, const qjsp__node *node, size_t indent)
{
    const qjsp__view_type *type = node->u.view.type;
    list l = { .indent = indent, .is_packed = true };
    size_t count = node->u.view.bytes.len / type->size;
    size_t shown = qjsp__size_min(count, ITEMS_SHOWN);

    qjsp_buffer_printf(t->out, "%s(%zu) [", type->name, count);
    for (size_t i = 0; i < shown && !is_stopped(t); i++)
        put_element(t, &l, type, node->u.view.bytes.data + i * type->size);
    put_more(t, &l, count - shown);
    list_end(t, &l, "]");
}

static void put_inner(qjsp__text *t, list *l, const char *name, size_t offset, size_t depth)
{
    if (offset == 0 || is_stopped(t))
        return;
    t->reader->pos = offset;
    entry_begin(t, l);
    put(t, name);
    text_value(t, depth + 1, l->indent + 2);
    entry_end(t, l, false);
}

static void put_error(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    list l = { .indent = indent };
    qjsp__error error;
    size_t end, begin = t->out->len;

    if (!keep(t, qjsp__error_read(t->reader, node, &error)))
        return;
    end = t->reader->pos;
    if (depth > t->max_depth)
        error.stack.len = error.cause = error.errors = 0;
    qjsp__append_error(t->out, &error, indent);
    if (t->out->status == QJSP_OK && t->out->len > begin &&
        memchr(t->out->data + begin, '\n', t->out->len - begin) != NULL && t->is_flat)
        t->has_overflown = true;
    if (error.cause != 0 || error.errors != 0) {
        put(t, " {");
        put_inner(t, &l, "[cause]: ", error.cause, depth);
        put_inner(t, &l, "[errors]: ", error.errors, depth);
        list_end(t, &l, "}");
    }
    t->reader->pos = end;
    check_width(t);
}

static void put_body(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    switch (node->kind) {
    case QJSP__NODE_ARRAY: put_array(t, node, depth, indent); break;
    case QJSP__NODE_SET: put_set(t, node, depth, indent); break;
    case QJSP__NODE_MAP: put_map(t, node, depth, indent); break;
    case QJSP__NODE_OBJECT: put_object(t, node, depth, indent); break;
    case QJSP__NODE_SPARSE: put_sparse(t, node, depth, indent); break;
    case QJSP__NODE_ERROR: put_error(t, node, depth, indent); break;
    default: put_view(t, node, indent); break;
    }
}

/* True: it fitted on the line, or what encloses it is being tried itself. */
static bool try_flat(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    size_t begin = t->out->len, pos = t->reader->pos, line = t->line_begin;

    if (t->is_flat) {
        put_body(t, node, depth, indent);
        return true;
    }
    t->is_flat = true;
    put_body(t, node, depth, indent);
    t->is_flat = false;
    if (!t->has_overflown)
        return true;
    t->has_overflown = false;
    t->reader->pos = pos;
    t->line_begin = line;
    if (t->out->status == QJSP_OK)
        t->out->len = begin;
    return false;
}

static void insert(qjsp__text *t, size_t at, const char *text)
{
    size_t len = strlen(text), old_len = t->out->len;
    uint8_t *data;

    if (qjsp_buffer_extend(t->out, len) == NULL)
        return;
    data = t->out->data + at;
    memmove(data + len, data, old_len - at);
    memcpy(data, text, len);
    if (t->line_begin > at)
        t->line_begin += len;
}

/* A cycle came back to this container: <ref *1> goes before it. */
static void put_target(qjsp__text *t, const qjsp__node *node, size_t begin)
{
    char text[32] = "<ref *";
    uint32_t number = mark_at(t, node->shared)->circular;
    size_t len = strlen(text);
    char digits[10];
    size_t n = 0;

    if (number == 0)
        return;
    for (; number > 0; number /= 10)
        digits[n++] = (char)('0' + number % 10);
    while (n > 0)
        text[len++] = digits[--n];
    memcpy(text + len, "> ", 3);
    insert(t, begin, text);
    check_width(t);
}

/* Stands for the node; the reader stays behind its head. */
static void put_fold(qjsp__text *t, const qjsp__node *node)
{
    switch (node->kind) {
    case QJSP__NODE_ARRAY:
    case QJSP__NODE_SPARSE: put(t, "[Array]"); break;
    case QJSP__NODE_SET: put(t, "[Set]"); break;
    case QJSP__NODE_MAP: put(t, "[Map]"); break;
    case QJSP__NODE_VIEW: qjsp_buffer_printf(t->out, "[%s]", node->u.view.type->name); break;
    case QJSP__NODE_ERROR: put(t, "[Error]"); break;
    default: put(t, "[Object]"); break;
    }
}

static void put_container(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    bool is_shared = node->shared != QJSP__NOT_SHARED;
    size_t begin = t->out->len;

    if (depth > t->max_depth && node->kind != QJSP__NODE_ERROR) {
        put_fold(t, node);
        t->reader->pos = node->offset;
        skip(t, 1);
        return;
    }
    if (is_shared)
        mark_at(t, node->shared)->is_open = true;
    if (!try_flat(t, node, depth, indent))
        put_body(t, node, depth, indent);
    if (!is_shared)
        return;
    mark_at(t, node->shared)->is_open = false;
    if (!is_stopped(t))
        put_target(t, node, begin);
}

static void put_node(qjsp__text *t, const qjsp__node *node, size_t depth, size_t indent)
{
    if (qjsp__node_is_container(node) || node->kind == QJSP__NODE_VIEW) {
        put_container(t, node, depth, indent);
        return;
    }
    if (t->is_flat && node->kind == QJSP__NODE_TEXT && node->u.text.len > LINE_WIDTH)
        t->has_overflown = true; /* without copying a megabyte to see it */
    else
        qjsp__append_leaf(t->out, node);
}

static void put_circular(qjsp__text *t, mark *m)
{
    if (m->circular == 0)
        m->circular = ++t->ncircular;
    qjsp_buffer_printf(t->out, "[Circular *%u]", (unsigned)m->circular);
}

static void put_reference(qjsp__text *t, size_t index, size_t depth, size_t indent)
{
    size_t resume = t->reader->pos, begin = qjsp__shared_offset(t->shared, index);
    uint64_t allowed = (uint64_t)t->reader->len * WORK_FACTOR + WORK_FREE;
    qjsp__node node;

    if (mark_at(t, index)->is_open) {
        put_circular(t, mark_at(t, index));
        return;
    }
    t->reader->pos = begin;
    if (!read_node(t, &node))
        return;
    if (t->work > allowed) {
        put_fold(t, &node);
    } else {
        put_node(t, &node, depth, indent);
        t->work += t->reader->pos - begin;
    }
    t->reader->pos = resume;
}

static void text_value(qjsp__text *t, size_t depth, size_t indent)
{
    qjsp__node node;

    if (!read_node(t, &node))
        return;
    if (node.kind == QJSP__NODE_REFERENCE)
        put_reference(t, node.u.reference, depth, indent);
    else
        put_node(t, &node, depth, indent);
}

qjsp_status qjsp__text_init(qjsp__text *t, qjsp_reader *r, qjsp__shared *shared, qjsp_buffer *out)
{
    size_t count = qjsp__shared_count(shared);
    uint8_t *marks;

    *t = (qjsp__text){ .reader = r, .shared = shared, .out = out };
    qjsp_buffer_init(&t->marks, out->alloc, 0);
    if (count == 0)
        return QJSP_OK;
    marks = qjsp_buffer_extend(&t->marks, count * sizeof(mark));
    if (marks != NULL)
        memset(marks, 0, count * sizeof(mark));
    return t->marks.status;
}

void qjsp__text_fini(qjsp__text *t)
{
    qjsp_buffer_fini(&t->marks);
}

qjsp_status qjsp__text_append(qjsp__text *t, size_t max_depth)
{
    t->max_depth = max_depth;
    t->line_begin = t->out->len;
    text_value(t, 0, 0);
    return t->status == QJSP_OK ? t->out->status : t->status;
}
