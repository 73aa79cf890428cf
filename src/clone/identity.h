/* SPDX-License-Identifier: MIT */
/*
 * Which objects one encoding has met, and where their items begin: how shared
 * references and cycles get their tags 28 and 29 in a single pass.
 *
 * Knows no engine: an object is an address, which whoever adds it keeps alive.
 * Allocates nothing until more than a few objects are met.
 */
#ifndef QJSP_CLONE_IDENTITY_H
#define QJSP_CLONE_IDENTITY_H

#include <qjspool/buffer.h>

typedef struct qjsp__identity_entry {
    void *object;
    size_t offset;  /* of its item in the buffer */
    uint32_t rank;  /* among shared ones; set by finish */
    bool is_shared; /* met again: its item needs tag 28 */
} qjsp__identity_entry;

typedef struct qjsp__identity_reference {
    size_t offset;  /* of tag 29 */
    uint32_t entry; /* what it refers to */
} qjsp__identity_reference;

enum { QJSP__IDENTITY_FIRST = 8 };

typedef struct qjsp__identity {
    const qjsp_alloc *alloc;
    qjsp__identity_entry *entries; /* in order of offset */
    size_t nentries, entries_cap;
    uint32_t *slots; /* hash table of entry index + 1; NULL while all fit in `first` */
    size_t nslots;   /* a power of two */
    qjsp__identity_reference *references; /* in order of offset */
    size_t nreferences, references_cap;
    qjsp__identity_entry first[QJSP__IDENTITY_FIRST];
} qjsp__identity;

void qjsp__identity_init(qjsp__identity *id, const qjsp_alloc *alloc);
void qjsp__identity_fini(qjsp__identity *id);

/* NULL: not met yet. Valid until the next add. */
qjsp__identity_entry *qjsp__identity_find(const qjsp__identity *id, const void *object);

/* Offsets must not decrease from one add to the next. QJSP_ERR_NOMEM: nothing
 * was added; also past 2^32 - 2 objects. */
QJSP_NODISCARD qjsp_status qjsp__identity_add(qjsp__identity *id, void *object, size_t offset);

/* Appends a reference to the entry; finish makes it point to the right place. */
QJSP_NODISCARD qjsp_status qjsp__identity_refer(qjsp__identity *id, qjsp__identity_entry *entry,
                                                qjsp_buffer *buf);

/* Says that everything from `offset` on moved down by `by` bytes. */
void qjsp__identity_moved(qjsp__identity *id, size_t offset, size_t by);

/* Puts tag 28 in front of what is shared and numbers the references. */
void qjsp__identity_finish(qjsp__identity *id, qjsp_buffer *buf);

#endif
