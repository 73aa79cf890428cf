/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "fs/quota.h"

#include "base/alloc.h"
#include "fs/store.h"

void qjsp__quota_fini(qjsp__quota *q, const qjsp_alloc *alloc)
{
    qjsp__free(alloc, q->open);
    q->open = NULL;
}

bool qjsp__quota_has_room(const qjsp__quota *q, uint64_t bytes)
{
    return q->limit == 0 || (q->used <= q->limit && bytes <= q->limit - q->used);
}

void qjsp__quota_add(qjsp__quota *q, uint64_t bytes)
{
    q->used += bytes;
}

void qjsp__quota_give_back(qjsp__quota *q, uint64_t bytes)
{
    q->used -= bytes > q->used ? q->used : bytes; /* the host may have made it larger */
}

bool qjsp__quota_reserve(qjsp__quota *q, const qjsp_alloc *alloc)
{
    size_t cap = q->cap == 0 ? 16 : q->cap * 2;
    qjsp__open_file *open;

    if (q->limit == 0 || q->nopen < q->cap)
        return true;
    open = qjsp__realloc(alloc, q->open, cap * sizeof *open);
    if (open == NULL)
        return false;
    q->open = open;
    q->cap = cap;
    return true;
}

void qjsp__quota_opened(qjsp__quota *q, int fd, const struct stat *st)
{
    q->open[q->nopen++] = (qjsp__open_file){ .fd = fd, .dev = st->st_dev, .ino = st->st_ino };
}

static bool is_open(const qjsp__quota *q, const struct stat *st)
{
    for (size_t i = 0; i < q->nopen; i++) {
        if (q->open[i].ino == st->st_ino && q->open[i].dev == st->st_dev)
            return true;
    }
    return false;
}

/* Directories have a size of their own, which is nobody's bytes. */
static uint64_t cost(const struct stat *st)
{
    return QJSP__ENTRY_COST + (S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0);
}

void qjsp__quota_closing(qjsp__quota *q, int fd, const struct stat *st)
{
    size_t i = 0;

    while (i < q->nopen && q->open[i].fd != fd)
        i++;
    if (i == q->nopen)
        return;
    q->open[i] = q->open[--q->nopen];
    if (st->st_nlink == 0 && !is_open(q, st))
        qjsp__quota_give_back(q, cost(st));
}

void qjsp__quota_removed(qjsp__quota *q, const struct stat *st)
{
    if (S_ISREG(st->st_mode) && st->st_nlink > 1)
        qjsp__quota_give_back(q, QJSP__ENTRY_COST); /* its bytes have another name */
    else if (!S_ISREG(st->st_mode) || !is_open(q, st))
        qjsp__quota_give_back(q, cost(st));
}
