/* SPDX-License-Identifier: MIT */
#include "isolate/modules/package.h"

#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"

enum { PIECE = 64 * 1024 };

static void free_package(qjsp__packages *p, qjsp__package *package)
{
    qjsp_buffer_fini(&package->text);
    qjsp__free(p->alloc, package->dir);
    qjsp__free(p->alloc, package);
}

void qjsp__packages_clear(qjsp__packages *p)
{
    if (p->bytes == 0)
        return;
    for (size_t i = 0; i < QJSP__PACKAGE_BUCKETS; i++) {
        qjsp__package *package = p->buckets[i], *next;

        for (; package != NULL; package = next) {
            next = package->next;
            free_package(p, package);
        }
        p->buckets[i] = NULL;
    }
    p->bytes = 0;
}

void qjsp__packages_trim(qjsp__packages *p)
{
    if (p->bytes > QJSP__PACKAGES_MAX_BYTES)
        qjsp__packages_clear(p);
}

/* ---- files ---- */

static int read_handle(qjsp_store *store, int handle, size_t limit, qjsp_buffer *out)
{
    qjsp__file_info info;
    int ret = store->ops->info(store, handle, &info);
    uint64_t at = 0;

    if (ret < 0)
        return ret;
    if (info.size > limit)
        return -QJSP__EFBIG;
    for (;;) {
        /* one byte more than there should be, so that the end is seen */
        size_t want = info.size > at ? (size_t)(info.size - at) + 1 : PIECE;
        uint8_t *room = qjsp_buffer_extend(out, qjsp__size_min(want, PIECE));
        int64_t n;

        if (room == NULL)
            return -QJSP__ENOMEM;
        want = qjsp__size_min(want, PIECE);
        n = store->ops->read(store, handle, at, room, want);
        out->len -= want - (n > 0 ? (size_t)n : 0);
        if (n < 0)
            return (int)n;
        at += (uint64_t)n;
        if (at > limit)
            return -QJSP__EFBIG;
        if ((size_t)n < want)
            return 0;
    }
}

int qjsp__mounts_read(const qjsp__mounts *mounts, const char *path, size_t limit, qjsp_buffer *out)
{
    const qjsp__mount *mount;
    qjsp__path parsed;
    int handle, ret;

    ret = qjsp__path_parse(&parsed, (qjsp_bytes){ (const uint8_t *)path, strlen(path) });
    if (ret < 0)
        return ret;
    handle = qjsp__mounts_open(mounts, &parsed, QJSP__O_RDONLY, 0, &mount);
    if (handle < 0)
        return handle;
    ret = read_handle(mount->store, handle, limit, out);
    mount->store->ops->close(mount->store, handle);
    return ret;
}

/* ---- package.json ---- */

static qjsp__package_type read_type(const qjsp__json *root)
{
    qjsp__json value = qjsp__json_get(root, "type");
    char text[16];
    size_t len;

    if (qjsp__json_kind(&value) != '"' || !qjsp__json_read_string(&value, text, sizeof text, &len))
        return QJSP__TYPE_NONE;
    if (strcmp(text, "module") == 0)
        return QJSP__TYPE_MODULE;
    return strcmp(text, "commonjs") == 0 ? QJSP__TYPE_COMMONJS : QJSP__TYPE_NONE;
}

static qjsp__json get_unless(const qjsp__json *root, const char *key, char unwanted)
{
    qjsp__json value = qjsp__json_get(root, key);
    char kind = qjsp__json_kind(&value);

    if (kind == unwanted || kind == 'n')
        value.at = NULL;
    return value;
}

static void read_fields(qjsp__package *package)
{
    qjsp__json root;

    if (!qjsp__json_check(qjsp_buffer_peek(&package->text), &root)) {
        package->state = QJSP__PACKAGE_BROKEN;
        package->problem = "it is not valid JSON, or nests deeper than 64";
        return;
    }
    package->state = QJSP__PACKAGE_READ;
    package->type = read_type(&root);
    package->name = get_unless(&root, "name", 'n');
    package->main = get_unless(&root, "main", 'n');
    package->exports = get_unless(&root, "exports", 'n');
    package->imports = get_unless(&root, "imports", 'n');
}

/* False: no memory. */
static bool read_package(qjsp__packages *p, qjsp__package *package)
{
    char path[QJSP__PATH_MAX];
    size_t len = strlen(package->dir);
    int ret;

    package->state = QJSP__PACKAGE_ABSENT;
    if (len + sizeof "/package.json" > sizeof path)
        return true;
    memcpy(path, package->dir, len);
    memcpy(path + len, "/package.json", sizeof "/package.json");
    ret = qjsp__mounts_read(p->mounts, path, QJSP__PACKAGE_MAX_BYTES, &package->text);
    if (ret == 0) {
        read_fields(package);
    } else if (ret == -QJSP__EFBIG) {
        package->state = QJSP__PACKAGE_BROKEN;
        package->problem = "it has more than 1 MiB";
    } else if (ret == -QJSP__EIO) {
        package->state = QJSP__PACKAGE_BROKEN;
        package->problem = "it cannot be read";
    }
    return ret != -QJSP__ENOMEM;
}

static uint32_t hash(const char *text)
{
    uint32_t h = 2166136261u;

    for (; *text != '\0'; text++)
        h = (h ^ (uint8_t)*text) * 16777619u;
    return h % QJSP__PACKAGE_BUCKETS;
}

const qjsp__package *qjsp__packages_get(qjsp__packages *p, const char *dir)
{
    qjsp__package **bucket = &p->buckets[hash(dir)], *package;
    size_t size = strlen(dir) + 1;

    for (package = *bucket; package != NULL; package = package->next) {
        if (strcmp(package->dir, dir) == 0)
            return package;
    }
    package = qjsp__calloc(p->alloc, sizeof *package);
    if (package == NULL)
        return NULL;
    qjsp_buffer_init(&package->text, p->alloc, 0);
    package->dir = qjsp__malloc(p->alloc, size);
    if (package->dir != NULL)
        memcpy(package->dir, dir, size);
    if (package->dir == NULL || !read_package(p, package)) {
        free_package(p, package);
        return NULL;
    }
    package->next = *bucket;
    *bucket = package;
    p->bytes += sizeof *package + size + package->text.cap;
    return package;
}

/* Cuts the last name off; "" is the root, as it is everywhere here. */
static void go_up(char *dir)
{
    *strrchr(dir, '/') = '\0';
}

const qjsp__package *qjsp__packages_scope(qjsp__packages *p, const char *dir)
{
    static const qjsp__package none = { .state = QJSP__PACKAGE_ABSENT };
    char at[QJSP__PATH_MAX];

    memcpy(at, dir, strlen(dir) + 1);
    for (;;) {
        const qjsp__package *package;

        if (strcmp(qjsp__path_last(at), "node_modules") == 0)
            return &none;
        package = qjsp__packages_get(p, at);
        if (package == NULL || package->state != QJSP__PACKAGE_ABSENT || at[0] == '\0')
            return package;
        go_up(at);
    }
}
