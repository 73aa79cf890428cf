/* SPDX-License-Identifier: MIT */
#include "isolate/modules/code_cache.h"

#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"

struct qjsp__code_entry {
    qjsp__list link;        /* in entries */
    qjsp__code_entry *next; /* in its bucket */
    char *name;             /* owned, as is all below */
    uint8_t *source;
    size_t source_len;
    qjsp_bytes forms[QJSP__CODE_FORMS];
    size_t size; /* of all of it */
};

void qjsp__code_cache_init(qjsp__code_cache *c, size_t limit, uint32_t seed,
                           const qjsp_alloc *alloc)
{
    *c = (qjsp__code_cache){ .alloc = alloc, .limit = limit, .seed = seed };
    qjsp__list_init(&c->entries);
}

static void free_bytes(const qjsp__code_cache *c, qjsp_bytes bytes)
{
    qjsp__free(c->alloc, (void *)(uintptr_t)bytes.data);
}

static void free_entry(const qjsp__code_cache *c, qjsp__code_entry *entry)
{
    for (size_t i = 0; i < QJSP__CODE_FORMS; i++)
        free_bytes(c, entry->forms[i]);
    qjsp__free(c->alloc, entry->name);
    qjsp__free(c->alloc, entry->source);
    qjsp__free(c->alloc, entry);
}

static qjsp__code_entry **bucket_of(const qjsp__code_cache *c, const char *name)
{
    uint32_t h = c->seed ^ 2166136261u;

    for (; *name != '\0'; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return &c->buckets[(h ^ h >> 16) % QJSP__CODE_BUCKETS];
}

static void drop(qjsp__code_cache *c, qjsp__code_entry *entry)
{
    qjsp__code_entry **at = bucket_of(c, entry->name);

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    qjsp__list_remove(&entry->link);
    c->used -= entry->size;
    free_entry(c, entry);
}

void qjsp__code_cache_fini(qjsp__code_cache *c)
{
    while (c->buckets != NULL && !qjsp__list_is_empty(&c->entries))
        drop(c, QJSP_CONTAINER_OF(c->entries.next, qjsp__code_entry, link));
    qjsp__free(c->alloc, c->buckets);
    c->buckets = NULL;
}

static qjsp__code_entry *find_name(const qjsp__code_cache *c, const char *name)
{
    qjsp__code_entry *entry = c->buckets == NULL ? NULL : *bucket_of(c, name);

    while (entry != NULL && strcmp(entry->name, name) != 0)
        entry = entry->next;
    return entry;
}

static bool is_of(const qjsp__code_entry *entry, qjsp_bytes source)
{
    return entry->source_len == source.len &&
           (source.len == 0 || memcmp(entry->source, source.data, source.len) == 0);
}

qjsp_bytes qjsp__code_cache_find(qjsp__code_cache *c, const char *name, qjsp_bytes source,
                                 qjsp__code_form form)
{
    qjsp__code_entry *entry = find_name(c, name);

    if (entry == NULL || !is_of(entry, source))
        return (qjsp_bytes){ 0 };
    qjsp__list_remove(&entry->link);
    qjsp__list_insert(&c->entries, &entry->link);
    return entry->forms[form];
}

static uint8_t *copy(const qjsp__code_cache *c, const void *data, size_t len)
{
    uint8_t *out = qjsp__malloc(c->alloc, len + 1);

    if (out != NULL && len > 0)
        memcpy(out, data, len);
    return out;
}

static qjsp__code_entry *add(qjsp__code_cache *c, const char *name, qjsp_bytes source)
{
    size_t name_size = strlen(name) + 1;
    qjsp__code_entry *entry, **bucket;

    if (c->buckets == NULL)
        c->buckets = qjsp__calloc(c->alloc, QJSP__CODE_BUCKETS * sizeof(qjsp__code_entry *));
    entry = c->buckets == NULL ? NULL : qjsp__calloc(c->alloc, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->name = (char *)copy(c, name, name_size);
    entry->source = copy(c, source.data, source.len);
    if (entry->name == NULL || entry->source == NULL) {
        free_entry(c, entry);
        return NULL;
    }
    entry->source_len = source.len;
    entry->size = sizeof *entry + name_size + source.len;
    bucket = bucket_of(c, name);
    entry->next = *bucket;
    *bucket = entry;
    qjsp__list_insert(&c->entries, &entry->link);
    c->used += entry->size;
    return entry;
}

/* Others go until the limit holds, or nothing but `keep` is left. */
static void make_room(qjsp__code_cache *c, const qjsp__code_entry *keep)
{
    while (c->used > c->limit) {
        qjsp__code_entry *oldest = QJSP_CONTAINER_OF(c->entries.next, qjsp__code_entry, link);

        if (oldest == keep)
            return;
        drop(c, oldest);
    }
}

void qjsp__code_cache_put(qjsp__code_cache *c, const char *name, qjsp_bytes source,
                          qjsp__code_form form, qjsp_bytes code)
{
    qjsp__code_entry *entry = find_name(c, name);
    uint8_t *data;

    if (code.len > c->limit || source.len > c->limit - code.len)
        return;
    if (entry != NULL && !is_of(entry, source)) {
        drop(c, entry);
        entry = NULL;
    }
    if (entry == NULL)
        entry = add(c, name, source);
    data = entry == NULL || entry->forms[form].data != NULL ? NULL : copy(c, code.data, code.len);
    if (data != NULL) {
        entry->forms[form] = (qjsp_bytes){ data, code.len };
        entry->size += code.len;
        c->used += code.len;
        qjsp__list_remove(&entry->link); /* the newest, so that it goes last */
        qjsp__list_insert(&c->entries, &entry->link);
    }
    make_room(c, entry);
    if (entry != NULL && c->used > c->limit)
        drop(c, entry);
}
