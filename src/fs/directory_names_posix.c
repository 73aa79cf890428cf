/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fs/directory.h"
#include "fs/host.h"

int qjsp__directory_stat_host(qjsp__directory *d, const char *path, bool follows, struct stat *st)
{
    const char *name;
    int fd, ret;

    fd = follows ? qjsp__beneath_open(&d->beneath, path, O_PATH, 0)
                 : qjsp__beneath_open_parent(&d->beneath, path, &name);
    if (fd < 0)
        return qjsp__host_error();
    ret = follows ? fstat(fd, st) : fstatat(fd, name, st, AT_SYMLINK_NOFOLLOW);
    if (ret != 0)
        ret = qjsp__host_error();
    qjsp__beneath_close(&d->beneath, fd);
    return ret;
}

int qjsp__directory_stat(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out)
{
    struct stat st;
    int ret = qjsp__directory_stat_host((qjsp__directory *)s, path, follows, &st);

    if (ret == 0)
        qjsp__host_describe(&st, out);
    return ret;
}

static uint8_t type_of_entry(int dir, const struct dirent *entry)
{
    struct stat st;

    if (entry->d_type != DT_UNKNOWN)
        return qjsp__host_type(DTTOIF((mode_t)entry->d_type));
    if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return QJSP__S_IFREG >> 12;
    return qjsp__host_type(st.st_mode);
}

static int list_stream(DIR *stream, qjsp_buffer *out)
{
    struct dirent *entry;

    errno = 0;
    while ((entry = readdir(stream)) != NULL) { /* glibc: safe on a stream of one's own */
        uint8_t type;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        type = type_of_entry(dirfd(stream), entry);
        qjsp_buffer_append(out, &type, 1);
        qjsp_buffer_append(out, entry->d_name, strlen(entry->d_name) + 1);
        errno = 0;
    }
    if (errno != 0)
        return qjsp__host_error();
    return out->status == QJSP_OK ? 0 : -QJSP__ENOMEM;
}

int qjsp__directory_list(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    qjsp__directory *d = (qjsp__directory *)s;
    int fd = qjsp__beneath_open(&d->beneath, path, O_RDONLY | O_DIRECTORY, 0), ret;
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);

    if (stream == NULL) {
        ret = qjsp__host_error();
        if (fd >= 0)
            close(fd);
        return ret;
    }
    ret = list_stream(stream, out);
    closedir(stream);
    return ret;
}

int qjsp__directory_mkdir(qjsp_store *s, const char *path, uint32_t mode)
{
    qjsp__directory *d = (qjsp__directory *)s;
    const char *name;
    int parent, ret = 0;

    qjsp__directory_acquire(d);
    parent = qjsp__beneath_open_parent(&d->beneath, path, &name);
    if (parent < 0)
        ret = qjsp__host_error();
    else if (!qjsp__quota_has_room(&d->quota, QJSP__ENTRY_COST))
        ret = -QJSP__ENOSPC;
    else if (mkdirat(parent, name, mode & QJSP__PERMISSIONS) != 0)
        ret = qjsp__host_error();
    else if (d->quota.limit != 0)
        qjsp__quota_add(&d->quota, QJSP__ENTRY_COST);
    if (parent >= 0)
        qjsp__beneath_close(&d->beneath, parent);
    qjsp__directory_release(d);
    return ret;
}

/* In a directory that is open. The caller holds the lock. */
static int remove_at(qjsp__directory *d, int parent, const char *name, qjsp__remove_what what)
{
    bool is_directory = what == QJSP__REMOVE_DIRECTORY;
    struct stat st;

    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return qjsp__host_error();
    if (!is_directory && S_ISDIR(st.st_mode))
        return -QJSP__EISDIR; /* POSIX would have EPERM */
    if (unlinkat(parent, name, is_directory ? AT_REMOVEDIR : 0) != 0)
        return qjsp__host_error();
    if (d->quota.limit != 0)
        qjsp__quota_removed(&d->quota, &st);
    return 0;
}

int qjsp__directory_remove(qjsp_store *s, const char *path, qjsp__remove_what what)
{
    qjsp__directory *d = (qjsp__directory *)s;
    const char *name;
    int parent, ret;

    qjsp__directory_acquire(d);
    parent = qjsp__beneath_open_parent(&d->beneath, path, &name);
    ret = parent < 0 ? qjsp__host_error() : remove_at(d, parent, name, what);
    if (parent >= 0)
        qjsp__beneath_close(&d->beneath, parent);
    qjsp__directory_release(d);
    return ret;
}

/* The caller holds the lock. */
static int rename_at(qjsp__directory *d, int from, const char *old, int to, const char *name)
{
    struct stat moved, gone;
    bool replaces = d->quota.limit != 0 && fstatat(to, name, &gone, AT_SYMLINK_NOFOLLOW) == 0 &&
                    fstatat(from, old, &moved, AT_SYMLINK_NOFOLLOW) == 0 &&
                    (moved.st_ino != gone.st_ino || moved.st_dev != gone.st_dev);

    if (renameat(from, old, to, name) != 0)
        return errno == EEXIST ? -QJSP__ENOTEMPTY : qjsp__host_error();
    if (replaces)
        qjsp__quota_removed(&d->quota, &gone);
    return 0;
}

int qjsp__directory_rename(qjsp_store *s, const char *from, const char *to)
{
    qjsp__directory *d = (qjsp__directory *)s;
    const char *old, *name;
    int source, target = -1, ret;

    qjsp__directory_acquire(d);
    source = qjsp__beneath_open_parent(&d->beneath, from, &old);
    if (source >= 0)
        target = qjsp__beneath_open_parent(&d->beneath, to, &name);
    ret = target < 0 ? qjsp__host_error() : rename_at(d, source, old, target, name);
    if (source >= 0)
        qjsp__beneath_close(&d->beneath, source);
    if (target >= 0)
        qjsp__beneath_close(&d->beneath, target);
    qjsp__directory_release(d);
    return ret;
}

static int set_times(qjsp__beneath *b, const char *path, const struct timespec times[2])
{
    int fd = qjsp__beneath_open(b, path, O_PATH, 0), ret;

    if (fd < 0)
        return -1;
    ret = utimensat(fd, "", times, AT_EMPTY_PATH);
    close(fd);
    if (ret == 0 || (errno != EINVAL && errno != ENOENT))
        return ret;
    /* before Linux 5.8 an empty path is not understood */
    fd = qjsp__beneath_open(b, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return -1;
    ret = futimens(fd, times);
    close(fd);
    return ret;
}

int qjsp__directory_utimes(qjsp_store *s, const char *path, double atime_ms, double mtime_ms)
{
    struct timespec times[2] = { qjsp__host_timespec(atime_ms), qjsp__host_timespec(mtime_ms) };

    return set_times(&((qjsp__directory *)s)->beneath, path, times) == 0 ? 0 : qjsp__host_error();
}

int qjsp__directory_realpath(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    qjsp__directory *d = (qjsp__directory *)s;
    char real[QJSP__PATH_MAX];

    if (qjsp__beneath_realpath(&d->beneath, path, real) != 0)
        return qjsp__host_error();
    qjsp_buffer_append(out, real, strlen(real));
    return 0;
}

/* ---- what is there already ---- */

/* Puts the path of an entry together: there is a slash but in the root. */
static bool join(qjsp_buffer *path, size_t base, const char *name)
{
    path->len = base;
    qjsp_buffer_append(path, "/", base > 0);
    qjsp_buffer_append(path, name, strlen(name) + 1);
    return path->status == QJSP_OK;
}

/* Counts the entries of the folder that `path` names; folders among them are added to `todo`. */
static void count_entries(qjsp__directory *d, qjsp_buffer *path, const qjsp_buffer *entries,
                          qjsp_buffer *todo)
{
    size_t base = path->len - 1;
    struct stat st = { 0 };

    for (size_t at = 0; at < entries->len;) {
        const char *name = (const char *)entries->data + at + 1;

        at += strlen(name) + 2;
        if (!join(path, base, name) ||
            qjsp__directory_stat_host(d, (char *)path->data, false, &st) < 0)
            continue;
        qjsp__quota_add(&d->quota,
                        QJSP__ENTRY_COST + (S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0));
        if (S_ISDIR(st.st_mode))
            qjsp_buffer_append(todo, path->data, path->len);
    }
}

/* Moves the last string of `todo` to `path`. */
static void take_last(qjsp_buffer *todo, qjsp_buffer *path)
{
    size_t begin = todo->len - 1;

    while (begin > 0 && todo->data[begin - 1] != 0)
        begin--;
    qjsp_buffer_clear(path);
    qjsp_buffer_append(path, todo->data + begin, todo->len - begin);
    todo->len = begin;
}

/* Adds up what is there. Folders that are to be looked at wait in a buffer, since trees may be deeper
 * than descriptors last. What cannot be read is not counted. */
bool qjsp__directory_count(qjsp__directory *d)
{
    qjsp_buffer todo, entries, path;
    bool ok;

    qjsp_buffer_init(&todo, d->store.alloc, 0);
    qjsp_buffer_init(&entries, d->store.alloc, 0);
    qjsp_buffer_init(&path, d->store.alloc, 0);
    qjsp_buffer_append(&todo, "", 1);
    do {
        take_last(&todo, &path);
        qjsp_buffer_clear(&entries);
        if (path.status == QJSP_OK &&
            qjsp__directory_list(&d->store, (char *)path.data, &entries) == 0)
            count_entries(d, &path, &entries, &todo);
        ok = todo.status == QJSP_OK && path.status == QJSP_OK && entries.status == QJSP_OK;
    } while (ok && todo.len > 0);
    qjsp_buffer_fini(&todo);
    qjsp_buffer_fini(&entries);
    qjsp_buffer_fini(&path);
    return ok;
}
