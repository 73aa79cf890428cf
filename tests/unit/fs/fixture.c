/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "fixture.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

const char *fixture_folder(void)
{
    static char folder[64];

    strcpy(folder, "/tmp/qjsp-fs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void fixture_remove(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

qjsp_store *fixture_store(qjsp_mount_kind kind, uint64_t limit)
{
    qjsp_mount mount = { .kind = kind, .limit = limit };
    qjsp_store *store;

    if (kind == QJSP_MOUNT_DIRECTORY)
        mount.directory = fixture_folder();
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
