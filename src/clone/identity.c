/* SPDX-License-Identifier: MIT */
/* The table of objects met: see identity.h. */
#include "clone/identity.h"

#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"

enum { MARK_SIZE = 2, REFERENCE_SIZE = 7 };

void qjsp__identity_init(qjsp__identity *id, const qjsp_alloc *alloc)
{
    /* field by field: clearing `first` would cost more than small values do */
    id->alloc = alloc;
    id->entries = id->first;
    id->nentries = 0;
    id->entries_cap = QJSP__IDENTITY_FIRST;
    id->slots = NULL;
    id->nslots = 0;
    id->references = NULL;
    id->nreferences = 0;
    id->references_cap = 0;
}

void qjsp__identity_fini(qjsp__identity *id)
{
    if (id->entries != id->first)
        qjsp__free(id->alloc, id->entries);
    qjsp__free(id->alloc, id->slots);
    qjsp__free(id->alloc, id->references);
    qjsp__identity_init(id, id->alloc);
}

static size_t hash(const void *object)
{
    uint64_t h = (uint64_t)(uintptr_t)object * UINT64_C(0x9E3779B97F4A7C15);

    return (size_t)(h >> 32);
}

qjsp__identity_entry *qjsp__identity_find(const qjsp__identity *id, const void *object)
{
    if (id->slots == NULL) {
        for (size_t i = 0; i < id->nentries; i++) {
            if (id->entries[i].object == object)
                return &id->entries[i];
        }
        return NULL;
    }
    for (size_t at = hash(object);; at++) {
        uint32_t slot = id->slots[at & (id->nslots - 1)];

        if (slot == 0)
            return NULL;
        if (id->entries[slot - 1].object == object)
            return &id->entries[slot - 1];
    }
}

static void slot_insert(qjsp__identity *id, size_t index)
{
    size_t at = hash(id->entries[index].object);

    while (id->slots[at & (id->nslots - 1)] != 0)
        at++;
    id->slots[at & (id->nslots - 1)] = (uint32_t)(index + 1);
}

static qjsp_status entries_grow(qjsp__identity *id)
{
    size_t cap = id->entries_cap * 2, size;
    qjsp__identity_entry *old = id->entries == id->first ? NULL : id->entries;
    qjsp__identity_entry *grown;

    if (cap > UINT32_MAX - 1 || !qjsp__size_mul(cap, sizeof *grown, &size))
        return QJSP_ERR_NOMEM;
    grown = qjsp__realloc(id->alloc, old, size);
    if (grown == NULL)
        return QJSP_ERR_NOMEM;
    if (old == NULL)
        memcpy(grown, id->first, sizeof id->first);
    id->entries = grown;
    id->entries_cap = cap;
    return QJSP_OK;
}

/* At most half full, twice the entries there is room for. */
static qjsp_status slots_grow(qjsp__identity *id)
{
    size_t nslots = id->entries_cap * 2, size;
    uint32_t *slots;

    if (!qjsp__size_mul(nslots, sizeof *slots, &size))
        return QJSP_ERR_NOMEM;
    slots = qjsp__calloc(id->alloc, size);
    if (slots == NULL)
        return QJSP_ERR_NOMEM;
    qjsp__free(id->alloc, id->slots);
    id->slots = slots;
    id->nslots = nslots;
    for (size_t i = 0; i < id->nentries; i++)
        slot_insert(id, i);
    return QJSP_OK;
}

qjsp_status qjsp__identity_add(qjsp__identity *id, void *object, size_t offset)
{
    if (id->nentries == id->entries_cap) {
        if (entries_grow(id) != QJSP_OK || slots_grow(id) != QJSP_OK)
            return QJSP_ERR_NOMEM;
    }
    id->entries[id->nentries] = (qjsp__identity_entry){ .object = object, .offset = offset };
    if (id->slots != NULL)
        slot_insert(id, id->nentries);
    id->nentries++;
    return QJSP_OK;
}

static qjsp_status references_grow(qjsp__identity *id)
{
    size_t cap = id->references_cap == 0 ? QJSP__IDENTITY_FIRST : id->references_cap * 2, size;
    qjsp__identity_reference *grown;

    if (!qjsp__size_mul(cap, sizeof *grown, &size))
        return QJSP_ERR_NOMEM;
    grown = qjsp__realloc(id->alloc, id->references, size);
    if (grown == NULL)
        return QJSP_ERR_NOMEM;
    id->references = grown;
    id->references_cap = cap;
    return QJSP_OK;
}

qjsp_status qjsp__identity_refer(qjsp__identity *id, qjsp__identity_entry *entry, qjsp_buffer *buf)
{
    static const uint8_t placeholder[REFERENCE_SIZE] = { 0xd8, 0x1d, 0x1a };

    if (id->nreferences == id->references_cap && references_grow(id) != QJSP_OK)
        return QJSP_ERR_NOMEM;
    id->references[id->nreferences++] = (qjsp__identity_reference){
        .offset = buf->len,
        .entry = (uint32_t)(entry - id->entries),
    };
    entry->is_shared = true;
    qjsp_buffer_append(buf, placeholder, sizeof placeholder);
    return buf->status;
}

void qjsp__identity_moved(qjsp__identity *id, size_t offset, size_t by)
{
    for (size_t i = id->nentries; i > 0 && id->entries[i - 1].offset >= offset; i--)
        id->entries[i - 1].offset -= by;
    for (size_t i = id->nreferences; i > 0 && id->references[i - 1].offset >= offset; i--)
        id->references[i - 1].offset -= by;
}

static uint32_t number_shared(qjsp__identity *id)
{
    uint32_t n = 0;

    for (size_t i = 0; i < id->nentries; i++) {
        if (id->entries[i].is_shared)
            id->entries[i].rank = n++;
    }
    return n;
}

static void patch_references(const qjsp__identity *id, uint8_t *data)
{
    for (size_t i = 0; i < id->nreferences; i++) {
        uint32_t rank = id->entries[id->references[i].entry].rank;
        uint8_t *at = data + id->references[i].offset + 3;

        at[0] = (uint8_t)(rank >> 24);
        at[1] = (uint8_t)(rank >> 16);
        at[2] = (uint8_t)(rank >> 8);
        at[3] = (uint8_t)rank;
    }
}

/* Backwards, so that every byte moves once and none is overwritten first. */
static void insert_marks(const qjsp__identity *id, uint8_t *data, size_t end, uint32_t nmarks)
{
    for (size_t i = id->nentries; nmarks > 0; i--) {
        const qjsp__identity_entry *entry = &id->entries[i - 1];
        size_t shift = (size_t)nmarks * MARK_SIZE;

        if (!entry->is_shared)
            continue;
        memmove(data + entry->offset + shift, data + entry->offset, end - entry->offset);
        end = entry->offset;
        nmarks--;
        data[end + shift - 2] = 0xd8;
        data[end + shift - 1] = 0x1c;
    }
}

void qjsp__identity_finish(qjsp__identity *id, qjsp_buffer *buf)
{
    size_t end = buf->len;
    uint32_t nmarks;

    if (id->nreferences == 0 || buf->status != QJSP_OK)
        return;
    nmarks = number_shared(id);
    patch_references(id, buf->data);
    if (qjsp_buffer_extend(buf, (size_t)nmarks * MARK_SIZE) != NULL)
        insert_marks(id, buf->data, end, nmarks);
}
