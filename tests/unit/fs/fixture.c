/* SPDX-License-Identifier: MIT */
#include "fixture.h"

qjsp_store *fixture_store(uint64_t limit)
{
    qjsp_mount mount = { .kind = QJSP_MOUNT_MEMORY, .limit = limit };
    qjsp_store *store;

    assert_int_equal(qjsp_store_new(&store, &mount, NULL, NULL), QJSP_OK);
    return store;
}

const char *get(qjsp_store *s, const char *path, char out[256])
{
    int h = s->ops->open(s, path, QJSP__O_RDONLY, 0);
    int64_t n;

    if (h < 0) {
        snprintf(out, 256, "!%s", qjsp__error_find(-h)->name);
        return out;
    }
    n = s->ops->read(s, h, 0, (uint8_t *)out, 255);
    out[n < 0 ? 0 : n] = '\0';
    s->ops->close(s, h);
    return out;
}
