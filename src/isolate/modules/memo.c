/* SPDX-License-Identifier: MIT */
#include "isolate/modules/memo.h"

#include "base/alloc.h"

/* A list as long as this is one that a guest has made: it is not searched to its end. */
enum { MAX_CHAIN = 64 };

struct qjsp__memo_entry {
    qjsp__memo_entry *next;
    size_t number;
    char text[]; /* the kind, both parts and the text, a NUL behind each of these */
};

void qjsp__memo_clear(qjsp__memo *m)
{
    for (size_t i = 0; m->bytes > 0 && i < QJSP__MEMO_BUCKETS; i++) {
        qjsp__memo_entry *entry = m->buckets[i], *next;

        for (; entry != NULL; entry = next) {
            next = entry->next;
            qjsp__free(m->alloc, entry);
        }
        m->buckets[i] = NULL;
    }
    m->bytes = 0;
}

void qjsp__memo_fini(qjsp__memo *m)
{
    qjsp__memo_clear(m);
    qjsp__free(m->alloc, m->buckets);
    m->buckets = NULL;
}

static uint32_t add_hash(uint32_t h, const char *text)
{
    for (; *text != '\0'; text++)
        h = (h ^ (uint8_t)*text) * 16777619u;
    return (h ^ '/') * 16777619u;
}

static qjsp__memo_entry **bucket_of(const qjsp__memo *m, qjsp__memo_key key)
{
    uint32_t h = add_hash(add_hash(2166136261u ^ (uint8_t)key.kind, key.first), key.second);

    return &m->buckets[(h ^ h >> 16) % QJSP__MEMO_BUCKETS];
}

const char *qjsp__memo_get(const qjsp__memo *m, qjsp__memo_key key, size_t *number)
{
    const qjsp__memo_entry *entry = m->buckets == NULL ? NULL : *bucket_of(m, key);
    size_t first = strlen(key.first) + 1, second = strlen(key.second) + 1;

    for (int i = 0; entry != NULL && i < MAX_CHAIN; i++, entry = entry->next) {
        const char *text = entry->text;

        if (text[0] == key.kind && strcmp(text + 1, key.first) == 0 &&
            strcmp(text + 1 + first, key.second) == 0) {
            *number = entry->number;
            return text + 1 + first + second;
        }
    }
    return NULL;
}

void qjsp__memo_put(qjsp__memo *m, qjsp__memo_key key, const char *text, size_t number)
{
    size_t first = strlen(key.first) + 1, second = strlen(key.second) + 1, len = strlen(text) + 1;
    size_t size = sizeof(qjsp__memo_entry) + 1 + first + second + len;
    qjsp__memo_entry *entry, **bucket;

    if (m->bytes > QJSP__MEMO_MAX_BYTES)
        qjsp__memo_clear(m);
    if (m->buckets == NULL)
        m->buckets = qjsp__calloc(m->alloc, QJSP__MEMO_BUCKETS * sizeof(qjsp__memo_entry *));
    entry = m->buckets == NULL ? NULL : qjsp__malloc(m->alloc, size);
    if (entry == NULL)
        return;
    entry->number = number;
    entry->text[0] = key.kind;
    memcpy(entry->text + 1, key.first, first);
    memcpy(entry->text + 1 + first, key.second, second);
    memcpy(entry->text + 1 + first + second, text, len);
    bucket = bucket_of(m, key);
    entry->next = *bucket;
    *bucket = entry;
    m->bytes += size;
}
