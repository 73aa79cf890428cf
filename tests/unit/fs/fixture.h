/* SPDX-License-Identifier: MIT */
/* Stores, and short forms of what is done to them. */
#ifndef QJSP_TESTS_FS_FIXTURE_H
#define QJSP_TESTS_FS_FIXTURE_H

#include "fs/store.h"
#include "tests/check.h"
#include "tests/oom.h"

/* A store in memory. */
qjsp_store *fixture_store(uint64_t limit);

static inline int put(qjsp_store *s, const char *path, const char *text)
{
    int h = s->ops->open(s, path, QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_TRUNC, 0666);
    int64_t n;

    if (h < 0)
        return h;
    n = *text == '\0' ? 0 : s->ops->write(s, h, 0, (const uint8_t *)text, strlen(text));
    s->ops->close(s, h);
    return n < 0 ? (int)n : 0;
}

/* Up to 255 bytes of it; "!" and the error when it cannot be read. */
const char *get(qjsp_store *s, const char *path, char out[256]);

#endif
