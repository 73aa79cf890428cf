/* SPDX-License-Identifier: MIT */
/*
 * Results that a pool hands out: a copy of what an isolate said, in one block, or what the
 * pool itself says about a task, in memory that was reserved with the task.
 */
#ifndef QJSP_POOL_RESULT_H
#define QJSP_POOL_RESULT_H

#include <qjspool/isolate.h>

struct qjsp__task;

/* What stands in front of every result that qjsp_result_free gets. */
typedef struct qjsp__box {
    const qjsp_alloc *alloc; /* the block is its own */
    struct qjsp__task *task; /* or, if not NULL, lies within this task, which it holds */
    qjsp_result result;
} qjsp__box;

/* qjsp__box_copy copies a result with all that it points to. NULL: no memory. */
qjsp__box *qjsp__box_copy(const qjsp_alloc *alloc, const qjsp_result *from);
void qjsp__box_free(qjsp__box *box); /* NULL is fine */

/* An error record that needs no allocation. */
enum { QJSP__NOTE_RECORD_SIZE = 136, QJSP__NOTE_MESSAGE_SIZE = 80 };

typedef struct qjsp__note {
    char message[QJSP__NOTE_MESSAGE_SIZE];
    uint8_t record[QJSP__NOTE_RECORD_SIZE];
} qjsp__note;

/* qjsp__note_set makes `result` an error of that name (static storage). note->message is set
 * already; `result` borrows from `note`. */
void qjsp__note_set(qjsp__note *note, qjsp_result *result, qjsp_status status, const char *name);

#endif
