/* SPDX-License-Identifier: MIT */
#include "cli/map_batch.h"

#include <qjspool/value.h>
#include <stdlib.h>

enum {
    FIRST_RECORDS = 256,
    /* a batch that held one long line is not kept as large as that */
    KEEP_BYTES = 256 << 10,
};

map_batch *map_batch_new(void)
{
    map_batch *batch = calloc(1, sizeof *batch);

    if (batch != NULL)
        qjsp_buffer_init(&batch->body, NULL, UINT32_MAX);
    return batch;
}

void map_batch_free(map_batch *batch)
{
    map_span *next;

    if (batch == NULL)
        return;
    for (map_span *s = batch->spans; s != NULL; s = next) {
        next = s->next;
        map_span_free(s);
    }
    qjsp_buffer_fini(&batch->body);
    free(batch->records);
    free(batch);
}

void map_batch_clear(map_batch *batch)
{
    if (batch->body.cap > KEEP_BYTES)
        qjsp_buffer_fini(&batch->body);
    else
        qjsp_buffer_clear(&batch->body);
    batch->next = NULL;
    batch->nrecords = 0;
    batch->held = 0;
}

static bool grow(map_batch *batch)
{
    uint32_t cap = batch->cap == 0 ? FIRST_RECORDS : batch->cap * 2;
    map_record *records = realloc(batch->records, cap * sizeof *records);

    if (records == NULL)
        return false;
    batch->records = records;
    batch->cap = cap;
    return true;
}

bool map_batch_add(map_batch *batch, uint64_t line, map_bad bad, const void *text, size_t len)
{
    if (batch->nrecords == batch->cap && !grow(batch))
        return false;
    batch->records[batch->nrecords] =
        (map_record){ .line = line, .offset = (uint32_t)batch->body.len, .bad = bad };
    qjsp_write_text(&batch->body, text, bad == MAP_GOOD ? len : 0);
    if (batch->body.status != QJSP_OK)
        return false;
    batch->nrecords++;
    return true;
}

size_t map_batch_size(const map_batch *batch)
{
    return batch->body.cap + batch->cap * sizeof *batch->records + sizeof *batch;
}

qjsp_bytes map_batch_text(const map_batch *batch, uint32_t first, uint32_t count)
{
    uint32_t last = first + count;
    size_t start = batch->records[first].offset;
    size_t end = last == batch->nrecords ? batch->body.len : batch->records[last].offset;

    return (qjsp_bytes){ batch->body.data + start, end - start };
}

map_span *map_span_new(map_batch *batch, uint32_t first, uint32_t count, map_span *next)
{
    map_span *span = malloc(sizeof *span);

    if (span != NULL)
        *span = (map_span){ .batch = batch, .first = first, .count = count, .next = next };
    return span;
}

void map_span_free(map_span *span)
{
    if (span == NULL)
        return;
    qjsp_result_free(span->reply.result);
    free(span);
}
