/* SPDX-License-Identifier: MIT */
/*
 * Texts by texts, remembered until they are forgotten: what was found out about names in a task.
 * Host memory, bounded: when there is too much of it, all goes. Knows no engine. One thread.
 */
#ifndef QJSP_ISOLATE_MODULES_MEMO_H
#define QJSP_ISOLATE_MODULES_MEMO_H

#include <qjspool/status.h>

enum { QJSP__MEMO_MAX_BYTES = 4 << 20, QJSP__MEMO_BUCKETS = 1024 };

typedef struct qjsp__memo_entry qjsp__memo_entry;

typedef struct qjsp__memo {
    const qjsp_alloc *alloc;
    qjsp__memo_entry **buckets; /* NULL until something is kept */
    size_t bytes;
} qjsp__memo;

/* A key has two parts and a kind; number is whatever goes with the text. */
typedef struct qjsp__memo_key {
    char kind;
    const char *first, *second;
} qjsp__memo_key;

void qjsp__memo_clear(qjsp__memo *m);
void qjsp__memo_fini(qjsp__memo *m);
/* NULL: not known. Borrowed until the next put. */
const char *qjsp__memo_get(const qjsp__memo *m, qjsp__memo_key key, size_t *number);
/* Does nothing where there is no memory. */
void qjsp__memo_put(qjsp__memo *m, qjsp__memo_key key, const char *text, size_t number);

#endif
