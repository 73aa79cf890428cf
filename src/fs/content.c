/* SPDX-License-Identifier: MIT */
#include "fs/content.h"

#include "base/alloc.h"
#include "base/checked.h"

/* One write of a full buffer of fs/stream.h makes one. */
enum { CHUNK = 64 * 1024, SMALLEST = 64 };

void qjsp__content_fini(qjsp__content *c, const qjsp_alloc *alloc)
{
    for (size_t i = 0; i < c->nchunks; i++)
        qjsp__free(alloc, c->chunks[i]);
    qjsp__free(alloc, c->chunks);
    *c = (qjsp__content){ 0 };
}

/* Bytes of chunk i that are there. */
static size_t chunk_cap(const qjsp__content *c, size_t i)
{
    if (i >= c->nchunks || c->chunks[i] == NULL)
        return 0;
    return i == 0 ? c->first_cap : CHUNK;
}

size_t qjsp__content_read(const qjsp__content *c, uint64_t offset, uint8_t *to, size_t len)
{
    size_t done = 0;

    if (offset >= c->size)
        return 0;
    len = (size_t)qjsp__u64_min(len, c->size - offset);
    while (done < len) {
        size_t i = (size_t)((offset + done) / CHUNK), at = (size_t)((offset + done) % CHUNK);
        size_t n = qjsp__size_min(len - done, CHUNK - at);
        size_t cap = chunk_cap(c, i), there = cap > at ? qjsp__size_min(n, cap - at) : 0;

        if (there > 0)
            memcpy(to + done, c->chunks[i] + at, there);
        memset(to + done + there, 0, n - there);
        done += n;
    }
    return done;
}

static bool reserve_row(qjsp__content *c, const qjsp_alloc *alloc, size_t nchunks)
{
    uint8_t **chunks;

    if (nchunks <= c->nchunks)
        return true;
    nchunks = c->nchunks == 0 ? nchunks : qjsp__size_max(nchunks, c->nchunks * 2);
    if (nchunks > SIZE_MAX / sizeof *chunks)
        return false;
    chunks = qjsp__realloc(alloc, c->chunks, nchunks * sizeof *chunks);
    if (chunks == NULL)
        return false;
    for (size_t i = c->nchunks; i < nchunks; i++)
        chunks[i] = NULL;
    c->chunks = chunks;
    c->nchunks = nchunks;
    return true;
}

/* Chunk i holds at least `need` bytes after it. */
static bool reserve_chunk(qjsp__content *c, const qjsp_alloc *alloc, size_t i, size_t need)
{
    size_t had = chunk_cap(c, i), cap = i == 0 ? SMALLEST : CHUNK;
    uint8_t *chunk;

    if (had >= need)
        return true;
    while (cap < need)
        cap *= 2;
    chunk = qjsp__realloc(alloc, c->chunks[i], cap);
    if (chunk == NULL)
        return false;
    memset(chunk + had, 0, cap - had);
    c->chunks[i] = chunk;
    if (i == 0)
        c->first_cap = cap;
    return true;
}

/* All memory first, so that a write is done in whole or not at all. */
static bool reserve(qjsp__content *c, const qjsp_alloc *alloc, uint64_t offset, size_t len)
{
    uint64_t end = offset + len;

    if (end / CHUNK >= SIZE_MAX - 1 || !reserve_row(c, alloc, (size_t)((end - 1) / CHUNK) + 1))
        return false;
    for (uint64_t at = offset; at < end; at = (at / CHUNK + 1) * CHUNK) {
        uint64_t start = at / CHUNK * CHUNK;

        if (!reserve_chunk(c, alloc, (size_t)(at / CHUNK),
                           (size_t)qjsp__u64_min(end - start, CHUNK)))
            return false;
    }
    return true;
}

bool qjsp__content_write(qjsp__content *c, const qjsp_alloc *alloc, uint64_t offset,
                         const uint8_t *from, size_t len)
{
    if (len == 0)
        return true;
    if (!reserve(c, alloc, offset, len))
        return false;
    for (size_t done = 0; done < len;) {
        size_t i = (size_t)((offset + done) / CHUNK), at = (size_t)((offset + done) % CHUNK);
        size_t n = qjsp__size_min(len - done, CHUNK - at);

        memcpy(c->chunks[i] + at, from + done, n);
        done += n;
    }
    if (offset + len > c->size)
        c->size = offset + len;
    return true;
}

void qjsp__content_resize(qjsp__content *c, const qjsp_alloc *alloc, uint64_t size)
{
    size_t keep = (size_t)qjsp__u64_min((size + CHUNK - 1) / CHUNK, c->nchunks), cap;

    if (size < c->size) {
        for (size_t i = keep; i < c->nchunks; i++) {
            qjsp__free(alloc, c->chunks[i]);
            c->chunks[i] = NULL;
        }
        if (keep == 0)
            c->first_cap = 0;
        cap = keep == 0 ? 0 : chunk_cap(c, keep - 1);
        if (cap > 0 && size % CHUNK != 0 && size % CHUNK < cap)
            memset(c->chunks[keep - 1] + size % CHUNK, 0, cap - (size_t)(size % CHUNK));
    }
    c->size = size;
}
