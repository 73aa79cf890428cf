/* SPDX-License-Identifier: MIT */
#include "fs/mounts.h"

#include <string.h>

#include "base/alloc.h"

/* ---- life ---- */

void qjsp__mounts_fini(qjsp__mounts *m)
{
    for (size_t i = 0; i < m->n; i++) {
        qjsp__free(m->alloc, m->items[i].path);
        qjsp_store_unref(m->items[i].store);
    }
    qjsp__free(m->alloc, m->items);
    m->items = NULL;
    m->n = 0;
}

static bool is_normal(const char *text)
{
    qjsp__path path;

    return text != NULL && text[0] == '/' &&
           qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)text, strlen(text) }) == 0 &&
           strcmp(path.text, text) == 0;
}

static bool is_known_kind(const qjsp_mount *mount)
{
    switch (mount->kind) {
    case QJSP_MOUNT_MEMORY: return true;
    case QJSP_MOUNT_DIRECTORY: return mount->directory != NULL;
    case QJSP_MOUNT_STORE: return mount->store != NULL;
    }
    return false;
}

qjsp_status qjsp_mounts_check(const qjsp_mount *mounts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_normal(mounts[i].path) || !is_known_kind(&mounts[i]))
            return QJSP_ERR_INVALID;
        for (size_t j = 0; j < i; j++) {
            if (strcmp(mounts[i].path, mounts[j].path) == 0)
                return QJSP_ERR_INVALID;
        }
    }
    return QJSP_OK;
}

static qjsp_status get_store(qjsp__mount *to, const qjsp_mount *from, const qjsp_alloc *alloc)
{
    if (from->kind != QJSP_MOUNT_STORE)
        return qjsp_store_new(&to->store, from, NULL, alloc);
    qjsp_store_ref(from->store);
    to->store = from->store;
    return QJSP_OK;
}

static qjsp_status add(qjsp__mounts *m, const qjsp_mount *from)
{
    qjsp__mount *to = &m->items[m->n];
    size_t len = strlen(from->path);

    to->path = qjsp__malloc(m->alloc, len + 1);
    if (to->path == NULL)
        return QJSP_ERR_NOMEM;
    memcpy(to->path, from->path, len + 1);
    to->len = len;
    to->is_read_only = from->is_read_only;
    to->dev = (uint32_t)++m->n;
    return get_store(to, from, m->alloc);
}

qjsp_status qjsp__mounts_init(qjsp__mounts *m, const qjsp_mount *from, size_t n,
                              const qjsp_alloc *alloc)
{
    qjsp_status st = qjsp_mounts_check(from, n);

    *m = (qjsp__mounts){ .alloc = alloc };
    if (st != QJSP_OK || n == 0)
        return st;
    if (n > SIZE_MAX / sizeof *m->items)
        return QJSP_ERR_NOMEM;
    m->items = qjsp__calloc(alloc, n * sizeof *m->items);
    if (m->items == NULL)
        return QJSP_ERR_NOMEM;
    for (size_t i = 0; i < n && st == QJSP_OK; i++)
        st = add(m, &from[i]);
    if (st != QJSP_OK)
        qjsp__mounts_fini(m);
    return st;
}

/* ---- where a path is ---- */

typedef struct place {
    const qjsp__mount *mount; /* NULL: in none */
    qjsp_store *store;
    const char *inner; /* the path within it, as stores have it */
} place;

static place find(const qjsp__mounts *m, const char *path)
{
    place at = { 0 };

    for (size_t i = 0; i < m->n; i++) {
        const qjsp__mount *mount = &m->items[i];

        if ((at.mount == NULL || mount->len > at.mount->len) &&
            qjsp__path_is_within(path, mount->path))
            at.mount = mount;
    }
    if (at.mount != NULL) {
        size_t len = at.mount->len == 1 ? 0 : at.mount->len; /* "/" itself is the slash */

        at.store = at.mount->store;
        at.inner = path[len] == '/' ? path + len + 1 : path + len;
    }
    return at;
}

bool qjsp__mounts_is_read_only(const qjsp__mounts *m, const qjsp__path *path)
{
    place at = find(m, path->text);

    return at.mount == NULL || at.mount->is_read_only;
}

/* Whether a mount is there, or further below. */
static bool holds_mount(const qjsp__mounts *m, const char *path)
{
    for (size_t i = 0; i < m->n; i++) {
        if (qjsp__path_is_within(m->items[i].path, path))
            return true;
    }
    return false;
}

static void describe_holder(qjsp__file_info *out)
{
    *out = (qjsp__file_info){ .mode = QJSP__S_IFDIR | 0555, .nlink = 1 };
}

/* Without regard to a slash at the end. */
static int stat_any(const qjsp__mounts *m, const qjsp__path *path, bool follows,
                    qjsp__file_info *out)
{
    place at = find(m, path->text);
    int ret = -QJSP__ENOENT;

    if (at.mount != NULL) {
        ret = at.store->ops->stat(at.store, at.inner, follows, out);
        out->dev = at.mount->dev;
    }
    if (ret == -QJSP__ENOENT && holds_mount(m, path->text)) {
        describe_holder(out);
        ret = 0;
    }
    return ret;
}

static bool is_directory(const qjsp__file_info *info)
{
    return (info->mode & QJSP__S_IFMT) == QJSP__S_IFDIR;
}

int qjsp__mounts_stat(const qjsp__mounts *m, const qjsp__path *path, bool follows,
                      qjsp__file_info *out)
{
    int ret = stat_any(m, path, follows || path->wants_directory, out);

    if (ret == 0 && path->wants_directory && !is_directory(out))
        return -QJSP__ENOTDIR;
    return ret;
}

/*
 * Why nothing can be changed at the path, which must be there for that; 0: it can. A mount, and
 * what holds one, stays where it is.
 */
static int check_change(const qjsp__mounts *m, const qjsp__path *path)
{
    place at = find(m, path->text);
    qjsp__file_info info;
    int ret;

    if (holds_mount(m, path->text))
        return -QJSP__EBUSY;
    if (at.mount == NULL)
        return -QJSP__ENOENT;
    if (!at.mount->is_read_only)
        return 0;
    ret = stat_any(m, path, false, &info);
    return ret < 0 ? ret : -QJSP__EROFS;
}

/* Why nothing can be made at the path, where nothing is; 0: it can. */
static int check_making(const qjsp__mounts *m, const qjsp__path *path)
{
    place at = find(m, path->text);
    qjsp__path parent = { .len = path->len };
    qjsp__file_info info;

    if (at.mount != NULL && !at.mount->is_read_only)
        return 0;
    memcpy(parent.text, path->text, path->len + 1);
    *strrchr(parent.text, '/') = '\0';
    if (parent.text[0] == '\0')
        return -QJSP__EROFS;
    return stat_any(m, &parent, true, &info) < 0 ? -QJSP__ENOENT : -QJSP__EROFS;
}

/* ---- operations ---- */

static bool is_writing(uint32_t flags)
{
    return (flags & QJSP__O_ACCMODE) != QJSP__O_RDONLY || (flags & QJSP__O_TRUNC) != 0;
}

/* What a store need not be asked for. */
static int check_open(const qjsp__mounts *m, const qjsp__path *path, uint32_t flags)
{
    place at = find(m, path->text);
    bool makes = (flags & QJSP__O_CREAT) != 0;
    qjsp__file_info info;
    int ret;

    if (holds_mount(m, path->text))
        return makes && (flags & QJSP__O_EXCL) != 0 ? -QJSP__EEXIST : -QJSP__EISDIR;
    if (at.mount != NULL && !path->wants_directory &&
        (!at.mount->is_read_only || (!makes && !is_writing(flags))))
        return 0;
    ret = stat_any(m, path, true, &info);
    if (ret == -QJSP__ENOENT && makes)
        return path->wants_directory ? -QJSP__EISDIR : check_making(m, path);
    if (ret < 0)
        return ret;
    if (makes && (flags & QJSP__O_EXCL) != 0)
        return -QJSP__EEXIST;
    if (is_directory(&info))
        return -QJSP__EISDIR;
    if (path->wants_directory)
        return -QJSP__ENOTDIR;
    return is_writing(flags) ? -QJSP__EROFS : 0;
}

int qjsp__mounts_open(const qjsp__mounts *m, const qjsp__path *path, uint32_t flags, uint32_t mode,
                      const qjsp__mount **mount)
{
    place at = find(m, path->text);
    int ret = check_open(m, path, flags);

    if (ret < 0)
        return ret;
    if (at.mount->is_read_only)
        flags &= ~(uint32_t)QJSP__O_CREAT;
    *mount = at.mount;
    return at.store->ops->open(at.store, at.inner, flags, mode);
}

int qjsp__mounts_open_plain(const qjsp__mounts *m, const qjsp__path *path,
                            const qjsp__mount **mount, uint64_t *size)
{
    place at = find(m, path->text);

    if (at.mount == NULL || path->wants_directory || at.store->ops->open_plain == NULL ||
        holds_mount(m, path->text))
        return -QJSP__ELOOP;
    *mount = at.mount;
    return at.store->ops->open_plain(at.store, at.inner, size);
}

int qjsp__mounts_open_nameless(const qjsp__mounts *m, const qjsp__mount **mount)
{
    const uint32_t flags = QJSP__O_RDWR | QJSP__O_TMPFILE;

    *mount = find(m, "/tmp").mount;
    for (size_t i = 0; i < m->n && (*mount == NULL || (*mount)->is_read_only); i++)
        *mount = &m->items[i];
    if (*mount == NULL || (*mount)->is_read_only)
        return -QJSP__EROFS;
    return (*mount)->store->ops->open((*mount)->store, "", flags, 0600);
}

static bool has_entry(const qjsp_buffer *list, const char *name, size_t len)
{
    size_t at = 0;

    while (at < list->len) {
        const char *entry = (const char *)list->data + at + 1;
        size_t n = strlen(entry);

        if (n == len && memcmp(entry, name, len) == 0)
            return true;
        at += n + 2;
    }
    return false;
}

/* Mounts below the directory, each by the name that leads there. */
static void list_mounts(const qjsp__mounts *m, const qjsp__path *dir, qjsp_buffer *out)
{
    static const uint8_t type = QJSP__S_IFDIR >> 12;
    size_t skip = dir->len == 1 ? 1 : dir->len + 1;

    for (size_t i = 0; i < m->n; i++) {
        const qjsp__mount *mount = &m->items[i];
        const char *name = mount->path + skip;
        size_t len;

        if (mount->len <= skip || !qjsp__path_is_within(mount->path, dir->text))
            continue;
        len = strcspn(name, "/");
        if (has_entry(out, name, len))
            continue;
        qjsp_buffer_append(out, &type, 1);
        qjsp_buffer_append(out, name, len);
        qjsp_buffer_append(out, "", 1);
    }
}

int qjsp__mounts_list(const qjsp__mounts *m, const qjsp__path *path, qjsp_buffer *out)
{
    place at = find(m, path->text);
    int ret = -QJSP__ENOENT;

    if (at.mount != NULL)
        ret = at.store->ops->list(at.store, at.inner, out);
    if (ret == -QJSP__ENOENT && holds_mount(m, path->text))
        ret = 0;
    if (ret == 0)
        list_mounts(m, path, out);
    return ret == 0 && out->status != QJSP_OK ? -QJSP__ENOMEM : ret;
}

int qjsp__mounts_mkdir(const qjsp__mounts *m, const qjsp__path *path, uint32_t mode)
{
    place at = find(m, path->text);
    qjsp__file_info info;
    int ret;

    if (holds_mount(m, path->text))
        return -QJSP__EEXIST;
    ret = check_making(m, path);
    if (ret == -QJSP__EROFS && stat_any(m, path, false, &info) == 0)
        return -QJSP__EEXIST;
    return ret < 0 ? ret : at.store->ops->mkdir(at.store, at.inner, mode);
}

int qjsp__mounts_remove(const qjsp__mounts *m, const qjsp__path *path, qjsp__remove_what what)
{
    place at = find(m, path->text);
    qjsp__file_info info;
    int ret = check_change(m, path);

    if (ret == 0 && path->wants_directory)
        ret = qjsp__mounts_stat(m, path, false, &info);
    return ret < 0 ? ret : at.store->ops->remove(at.store, at.inner, what);
}

/* A slash at the end of either name is about the thing that gets the other. */
static int check_rename_slash(const qjsp__mounts *m, const qjsp__path *from, const qjsp__path *to)
{
    qjsp__file_info info;
    int ret;

    if (!from->wants_directory && !to->wants_directory)
        return 0;
    ret = stat_any(m, from, false, &info);
    if (ret < 0)
        return ret;
    return is_directory(&info) ? 0 : -QJSP__ENOTDIR;
}

int qjsp__mounts_rename(const qjsp__mounts *m, const qjsp__path *from, const qjsp__path *to)
{
    place a = find(m, from->text), b = find(m, to->text);
    int ret = check_change(m, from);

    if (ret == 0 && holds_mount(m, to->text))
        ret = -QJSP__EBUSY;
    if (ret == 0)
        ret = check_rename_slash(m, from, to);
    if (ret < 0)
        return ret;
    if (a.mount != b.mount)
        return -QJSP__EXDEV;
    return a.store->ops->rename(a.store, a.inner, b.inner);
}

/* What a Date can be; nothing else fits a clock of the host's. */
static bool is_time(double ms)
{
    return ms >= -8.64e15 && ms <= 8.64e15;
}

int qjsp__mounts_utimes(const qjsp__mounts *m, const qjsp__path *path, double atime_ms,
                        double mtime_ms)
{
    place at = find(m, path->text);
    qjsp__file_info info;
    int ret = qjsp__mounts_stat(m, path, true, &info);

    if (ret < 0)
        return ret;
    if (!is_time(atime_ms) || !is_time(mtime_ms))
        return -QJSP__EINVAL;
    if (at.mount == NULL || at.mount->is_read_only)
        return -QJSP__EROFS;
    return at.store->ops->utimes(at.store, at.inner, atime_ms, mtime_ms);
}

int qjsp__mounts_realpath(const qjsp__mounts *m, const qjsp__path *path, qjsp_buffer *out)
{
    place at = find(m, path->text);
    qjsp__file_info info;
    size_t begin;
    int ret = qjsp__mounts_stat(m, path, true, &info);

    if (ret < 0)
        return ret;
    if (at.mount == NULL || info.dev == 0) {
        qjsp_buffer_append(out, path->text, path->len);
    } else {
        if (at.mount->len > 1)
            qjsp_buffer_append(out, at.mount->path, at.mount->len);
        qjsp_buffer_append(out, "/", 1);
        begin = out->len;
        ret = at.store->ops->realpath(at.store, at.inner, out);
        if (ret == 0 && out->len == begin && out->len > 1)
            out->len--; /* the mount itself */
    }
    return ret == 0 && out->status != QJSP_OK ? -QJSP__ENOMEM : ret;
}
