/* SPDX-License-Identifier: MIT */
/*
 * A batch: records of one input that stand next to each other, and what has
 * become of them so far.
 *
 * The records are kept as the guest will get them, CBOR texts one after the
 * other, so that any run of them is a task's argument after one memcpy. A list of
 * spans covers the records in order:
 *
 *   waiting --cut--> running --> done --> written, freed
 *      ^                |
 *      +---- the rest that a task left, or all of it, one by one, after it failed
 *
 * One thread.
 */
#ifndef QJSP_CLI_MAP_BATCH_H
#define QJSP_CLI_MAP_BATCH_H

#include <qjspool/buffer.h>

#include "cli/mailbox.h"

typedef enum map_bad {
    MAP_GOOD = 0,
    MAP_BAD_UTF8,
    MAP_BAD_LENGTH, /* longer than --max-line */
} map_bad;

typedef struct map_record {
    uint64_t line;   /* in its input, from 1 */
    uint32_t offset; /* of its CBOR text in the body */
    map_bad bad;     /* unless MAP_GOOD, the text is empty */
} map_record;

typedef struct map_batch map_batch;

typedef enum map_span_state { MAP_WAITING, MAP_RUNNING, MAP_DONE } map_span_state;

/* Records first to first + count - 1 of a batch. */
typedef struct map_span {
    letter reply; /* first, so that a letter is a span */
    map_batch *batch;
    struct map_span *next; /* in the batch */
    struct map_span *next_waiting, *prev_waiting;
    uint32_t first;
    uint32_t count;
    map_span_state state;
    bool is_single; /* WAITING: its records run one by one */
} map_span;

struct map_batch {
    map_batch *next;
    const char *input;     /* name; borrowed */
    uint64_t first_index;  /* of its first record among all */
    uint64_t number;       /* batches are counted from 0 */
    uint64_t end_position; /* bytes of all inputs up to its end */
    uint64_t bytes;        /* of input that it stands for */
    qjsp_buffer body;
    map_record *records;
    uint32_t nrecords;
    uint32_t cap;
    map_span *spans; /* not written yet */
    size_t held;     /* bytes of results that are not written yet */
};

/* map_batch_new returns an empty batch, NULL: no memory. */
map_batch *map_batch_new(void);
void map_batch_free(map_batch *batch);

/* map_batch_clear empties a batch that has no spans left, for its next use. */
void map_batch_clear(map_batch *batch);

/* map_batch_add appends a record; false: no memory. text is UTF-8. */
bool map_batch_add(map_batch *batch, uint64_t line, map_bad bad, const void *text, size_t len);

/* map_batch_size returns the memory that it takes, bytes. */
size_t map_batch_size(const map_batch *batch);

/* map_batch_text returns the CBOR texts of some of its records. */
qjsp_bytes map_batch_text(const map_batch *batch, uint32_t first, uint32_t count);

/* map_span_new makes a waiting span that stands in front of `next`; NULL: no memory. */
map_span *map_span_new(map_batch *batch, uint32_t first, uint32_t count, map_span *next);
void map_span_free(map_span *span);

#endif
