/* SPDX-License-Identifier: MIT */
/*
 * A store in a directory of the host. A handle is a descriptor of the process, so without a limit
 * there is nothing that its users share, and nobody waits for a lock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "fs/directory.h"
#include "fs/host.h"

/* ---- opening; the caller holds the lock ---- */

static int open_nameless(qjsp__directory *d, const char *path, int flags, mode_t mode)
{
    char name[QJSP__PATH_MAX];
    int fd = qjsp__beneath_open(&d->beneath, path, flags | O_TMPFILE, mode), parent;
    const char *last;

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    /* a file system that has no such files: one with a name, for a moment */
    for (unsigned i = 0; i < 100 && fd < 0; i++) {
        snprintf(name, sizeof name, "%s%s.tmp-%ld-%u", path, *path == '\0' ? "" : "/",
                 (long)getpid(), i);
        fd = qjsp__beneath_open(&d->beneath, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
        if (fd < 0 && errno != EEXIST)
            return fd;
    }
    parent = fd < 0 ? -1 : qjsp__beneath_open_parent(&d->beneath, name, &last);
    if (parent >= 0) {
        unlinkat(parent, last, 0);
        qjsp__beneath_close(&d->beneath, parent);
    }
    return fd;
}

/* Opens what is there, or makes it; *is_new says which. */
static int open_or_make(qjsp__directory *d, const char *path, uint32_t flags, mode_t mode,
                        bool *is_new)
{
    int host = qjsp__host_flags(flags), fd;
    struct stat st;

    *is_new = false;
    if ((flags & QJSP__O_TMPFILE) != 0) {
        *is_new = true;
        if (!qjsp__quota_has_room(&d->quota, QJSP__ENTRY_COST))
            return -QJSP__ENOSPC;
        fd = open_nameless(d, path, host & ~(O_CREAT | O_EXCL), mode);
        return fd < 0 ? qjsp__host_error() : fd;
    }
    if (d->quota.limit == 0 && (flags & QJSP__O_TRUNC) != 0)
        host |= O_TRUNC; /* else it is done by hand, between looking and counting */
    if (d->quota.limit == 0 || (flags & QJSP__O_CREAT) == 0) {
        fd = qjsp__beneath_open(&d->beneath, path, host, mode);
        return fd < 0 ? qjsp__host_error() : fd;
    }
    /* with a limit it matters whether one is made */
    *is_new = qjsp__directory_stat_host(d, path, (flags & QJSP__O_EXCL) == 0, &st) == -QJSP__ENOENT;
    if (*is_new && !qjsp__quota_has_room(&d->quota, QJSP__ENTRY_COST))
        return -QJSP__ENOSPC;
    fd = qjsp__beneath_open(&d->beneath, path, host, mode);
    return fd < 0 ? qjsp__host_error() : fd;
}

/* Takes fd on failure. */
static int accept_opened(qjsp__directory *d, int fd, uint32_t flags, bool is_new)
{
    struct stat st;
    int ret = 0;

    if (fstat(fd, &st) != 0)
        ret = qjsp__host_error();
    else if (S_ISDIR(st.st_mode))
        ret = -QJSP__EISDIR;
    else if (!S_ISREG(st.st_mode))
        ret = -QJSP__EACCES;
    else if (d->quota.limit != 0 && (flags & QJSP__O_TRUNC) != 0 && ftruncate(fd, 0) != 0)
        ret = qjsp__host_error();
    if (ret < 0) {
        close(fd);
        return ret;
    }
    if (d->quota.limit != 0) {
        if (is_new)
            qjsp__quota_add(&d->quota, QJSP__ENTRY_COST);
        if ((flags & QJSP__O_TRUNC) != 0)
            qjsp__quota_give_back(&d->quota, (uint64_t)st.st_size);
        qjsp__quota_opened(&d->quota, fd, &st);
    }
    return fd;
}

static int directory_open(qjsp_store *s, const char *path, uint32_t flags, uint32_t mode)
{
    qjsp__directory *d = (qjsp__directory *)s;
    bool is_new;
    int ret = -QJSP__ENOMEM;

    qjsp__directory_acquire(d);
    if (qjsp__quota_reserve(&d->quota, s->alloc))
        ret = open_or_make(d, path, flags, mode & QJSP__PERMISSIONS, &is_new);
    if (ret >= 0)
        ret = accept_opened(d, ret, flags, is_new);
    qjsp__directory_release(d);
    return ret;
}

/* Without a limit there is nothing to count, and so no lock. */
static int directory_open_plain(qjsp_store *s, const char *path, uint64_t *size)
{
    qjsp__directory *d = (qjsp__directory *)s;
    struct stat st;
    int fd;

    if (d->quota.limit != 0)
        return -QJSP__ELOOP;
    fd = qjsp__beneath_open(&d->beneath, path, qjsp__host_flags(QJSP__O_RDONLY) | O_NOFOLLOW, 0);
    if (fd < 0)
        return qjsp__host_error();
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *size = (uint64_t)st.st_size;
        return fd;
    }
    close(fd);
    return -QJSP__ELOOP;
}

static int directory_close(qjsp_store *s, int fd)
{
    qjsp__directory *d = (qjsp__directory *)s;
    struct stat st;
    int ret;

    qjsp__directory_acquire(d);
    if (d->quota.limit != 0 && fstat(fd, &st) == 0)
        qjsp__quota_closing(&d->quota, fd, &st);
    ret = close(fd) == 0 || errno == EINTR ? 0 : qjsp__host_error();
    qjsp__directory_release(d);
    return ret;
}

/* ---- bytes ---- */

static int64_t directory_read(qjsp_store *s, int fd, uint64_t offset, uint8_t *to, size_t len)
{
    size_t done = 0;

    (void)s;
    while (done < len) {
        ssize_t n = pread(fd, to + done, len - done, (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && done == 0)
            return qjsp__host_error();
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return (int64_t)done;
}

/* Whether the file may grow to `end`; *size is what it has. The caller holds the lock. */
static int check_growth(qjsp__directory *d, int fd, uint64_t end, uint64_t *size)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return qjsp__host_error();
    *size = (uint64_t)st.st_size;
    return end > *size && !qjsp__quota_has_room(&d->quota, end - *size) ? -QJSP__ENOSPC : 0;
}

static void count_growth(qjsp__directory *d, uint64_t size, uint64_t end)
{
    if (end > size)
        qjsp__quota_add(&d->quota, end - size);
}

static int64_t write_some(int fd, uint64_t offset, const uint8_t *from, size_t len)
{
    ssize_t n;

    do
        n = pwrite(fd, from, len, (off_t)offset);
    while (n < 0 && errno == EINTR);
    return n < 0 ? qjsp__host_error() : n;
}

static int64_t directory_write(qjsp_store *s, int fd, uint64_t offset, const uint8_t *from,
                               size_t len)
{
    qjsp__directory *d = (qjsp__directory *)s;
    uint64_t size = 0;
    int64_t ret;

    if (d->quota.limit == 0)
        return write_some(fd, offset, from, len);
    qjsp__directory_acquire(d);
    ret = check_growth(d, fd, offset + len, &size);
    if (ret == 0)
        ret = write_some(fd, offset, from, len);
    if (ret > 0)
        count_growth(d, size, offset + (uint64_t)ret);
    qjsp__directory_release(d);
    return ret;
}

/* The descriptor has O_APPEND, so the kernel finds the end and writes there in one step. */
static int64_t append_all(int fd, const uint8_t *from, size_t len)
{
    off_t end;

    while (len > 0) {
        ssize_t n = write(fd, from, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return qjsp__host_error();
        from += n;
        len -= (size_t)n;
    }
    end = lseek(fd, 0, SEEK_CUR);
    return end < 0 ? qjsp__host_error() : end;
}

/* Also for a descriptor whose stream was given the mode later (fdopen). */
static int ensure_append(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || ((flags & O_APPEND) == 0 && fcntl(fd, F_SETFL, flags | O_APPEND) < 0))
        return qjsp__host_error();
    return 0;
}

static int64_t directory_append(qjsp_store *s, int fd, const uint8_t *from, size_t len)
{
    qjsp__directory *d = (qjsp__directory *)s;
    int64_t ret = ensure_append(fd);
    uint64_t size = 0;
    struct stat st;

    if (ret < 0 || d->quota.limit == 0)
        return ret < 0 ? ret : append_all(fd, from, len);
    qjsp__directory_acquire(d);
    ret = check_growth(d, fd, 0, &size);
    if (ret == 0 && !qjsp__quota_has_room(&d->quota, len))
        ret = -QJSP__ENOSPC;
    if (ret == 0)
        ret = append_all(fd, from, len);
    if (fstat(fd, &st) == 0)
        count_growth(d, size, (uint64_t)st.st_size);
    qjsp__directory_release(d);
    return ret;
}

static int directory_truncate(qjsp_store *s, int fd, uint64_t end)
{
    qjsp__directory *d = (qjsp__directory *)s;
    uint64_t size = 0;
    int ret = 0;

    qjsp__directory_acquire(d);
    if (d->quota.limit != 0)
        ret = check_growth(d, fd, end, &size);
    if (ret == 0 && ftruncate(fd, (off_t)end) != 0)
        ret = qjsp__host_error();
    if (ret == 0 && d->quota.limit != 0) {
        count_growth(d, size, end);
        if (end < size)
            qjsp__quota_give_back(&d->quota, size - end);
    }
    qjsp__directory_release(d);
    return ret;
}

static int directory_sync(qjsp_store *s, int fd)
{
    (void)s;
    return fsync(fd) == 0 ? 0 : qjsp__host_error();
}

static int directory_info(qjsp_store *s, int fd, qjsp__file_info *out)
{
    struct stat st;

    (void)s;
    if (fstat(fd, &st) != 0)
        return qjsp__host_error();
    qjsp__host_describe(&st, out);
    return 0;
}

/* ---- life ---- */

static void directory_free(qjsp_store *s)
{
    qjsp__directory *d = (qjsp__directory *)s;

    if (d->beneath.root >= 0)
        close(d->beneath.root);
    qjsp__quota_fini(&d->quota, s->alloc);
    qjsp__lock_free(&d->lock);
    qjsp__free(s->alloc, d);
}

static const qjsp__store_ops directory_ops = {
    .free = directory_free,
    .open = directory_open,
    .open_plain = directory_open_plain,
    .close = directory_close,
    .read = directory_read,
    .write = directory_write,
    .append = directory_append,
    .truncate = directory_truncate,
    .sync = directory_sync,
    .info = directory_info,
    .stat = qjsp__directory_stat,
    .list = qjsp__directory_list,
    .mkdir = qjsp__directory_mkdir,
    .remove = qjsp__directory_remove,
    .rename = qjsp__directory_rename,
    .utimes = qjsp__directory_utimes,
    .realpath = qjsp__directory_realpath,
};

qjsp_status qjsp__directory_new(qjsp_store **out, const char *path, uint64_t limit,
                                const qjsp_lock *lock, const qjsp_alloc *alloc)
{
    qjsp__directory *d = qjsp__calloc(alloc, sizeof *d);
    qjsp_status st = QJSP_ERR_SYSTEM;
    int error;

    if (d == NULL) {
        qjsp__lock_free(lock);
        return QJSP_ERR_NOMEM;
    }
    d->store = (qjsp_store){ .ops = &directory_ops, .alloc = alloc };
    atomic_init(&d->store.refs, 1);
    d->lock = *lock;
    d->quota.limit = limit;
    d->beneath.root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (d->beneath.root < 0)
        goto fail;
    st = QJSP_ERR_NOMEM;
    if (limit != 0 && !qjsp__directory_count(d))
        goto fail;
    *out = &d->store;
    return QJSP_OK;
fail:
    error = errno;
    directory_free(&d->store);
    errno = error;
    return st;
}
