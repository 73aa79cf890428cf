/* SPDX-License-Identifier: MIT */
#include "fs/files.h"

#include "base/alloc.h"
#include "base/checked.h"
#include "fs/stream.h"

/* ---- life ---- */

qjsp_status qjsp__fs_new(qjsp__fs **out, const qjsp_mount *mounts, size_t n, uint32_t limit,
                         const qjsp_alloc *alloc)
{
    qjsp__fs *fs = qjsp__calloc(alloc, sizeof *fs);
    qjsp_status st;

    if (fs == NULL)
        return QJSP_ERR_NOMEM;
    fs->alloc = alloc;
    fs->limit = limit;
    st = qjsp__mounts_init(&fs->mounts, mounts, n, alloc);
    if (st != QJSP_OK) {
        qjsp__free(alloc, fs);
        return st;
    }
    *out = fs;
    return QJSP_OK;
}

void qjsp__fs_free(qjsp__fs *fs)
{
    if (fs == NULL)
        return;
    qjsp__fs_close_all(fs, false);
    qjsp__free(fs->alloc, fs->files);
    qjsp__mounts_fini(&fs->mounts);
    qjsp__free(fs->alloc, fs);
}

/* ---- the table ---- */

qjsp__file *qjsp__fs_get(qjsp__fs *fs, int fd)
{
    if (fd < QJSP__FD_FIRST || (uint32_t)(fd - QJSP__FD_FIRST) >= fs->nfiles)
        return NULL;
    fd -= QJSP__FD_FIRST;
    return fs->files[fd].store == NULL ? NULL : &fs->files[fd];
}

/* The lowest slot that is free. */
static int find_slot(qjsp__fs *fs, uint32_t *slot)
{
    uint32_t n = fs->nfiles == 0 ? 8 : fs->nfiles * 2;
    qjsp__file *files;

    if (fs->nopen >= fs->limit)
        return -QJSP__EMFILE;
    *slot = 0;
    while (*slot < fs->nfiles && fs->files[*slot].store != NULL)
        ++*slot;
    if (*slot < fs->nfiles)
        return 0;
    if (n > INT32_MAX / 2)
        return -QJSP__EMFILE;
    files = qjsp__realloc(fs->alloc, fs->files, n * sizeof *files);
    if (files == NULL)
        return -QJSP__ENOMEM;
    memset(&files[fs->nfiles], 0, (n - fs->nfiles) * sizeof *files);
    fs->files = files;
    fs->nfiles = n;
    return 0;
}

static int fill_slot(qjsp__fs *fs, uint32_t slot, const qjsp__mount *mount, int handle,
                     uint32_t flags)
{
    qjsp__file *file = &fs->files[slot];

    *file = (qjsp__file){
        .store = mount->store,
        .dev = mount->dev,
        .handle = handle,
        .flags = flags,
        .generation = file->generation + 1,
    };
    fs->nopen++;
    return QJSP__FD_FIRST + (int)slot;
}

int qjsp__fs_open(qjsp__fs *fs, const qjsp__path *path, uint32_t flags, uint32_t mode)
{
    const qjsp__mount *mount = NULL;
    uint32_t slot;
    int ret = find_slot(fs, &slot);

    /* neither means anything; systems differ in what they make of the second */
    if ((flags & QJSP__O_ACCMODE) == QJSP__O_ACCMODE ||
        ((flags & QJSP__O_TRUNC) != 0 && (flags & QJSP__O_ACCMODE) == QJSP__O_RDONLY))
        return -QJSP__EINVAL;
    flags &= QJSP__O_ACCMODE | QJSP__O_CREAT | QJSP__O_EXCL | QJSP__O_TRUNC | QJSP__O_APPEND;
    if (ret < 0)
        return ret;
    ret = qjsp__mounts_open(&fs->mounts, path, flags, mode, &mount);
    return ret < 0 ? ret : fill_slot(fs, slot, mount, ret, flags);
}

int qjsp__fs_open_nameless(qjsp__fs *fs)
{
    const qjsp__mount *mount = NULL;
    uint32_t slot;
    int ret = find_slot(fs, &slot);

    if (ret < 0)
        return ret;
    ret = qjsp__mounts_open_nameless(&fs->mounts, &mount);
    return ret < 0 ? ret : fill_slot(fs, slot, mount, ret, QJSP__O_RDWR);
}

static int close_file(qjsp__fs *fs, qjsp__file *file, bool flushes)
{
    int ret = 0, closed;

    if (file->stream != NULL) {
        ret = flushes ? qjsp__stream_flush(file) : 0;
        qjsp__stream_free(file->stream, fs->alloc);
        file->stream = NULL;
    }
    closed = file->store->ops->close(file->store, file->handle);
    file->store = NULL;
    fs->nopen--;
    return ret < 0 ? ret : closed;
}

int qjsp__fs_close(qjsp__fs *fs, int fd)
{
    qjsp__file *file = qjsp__fs_get(fs, fd);

    return file == NULL ? -QJSP__EBADF : close_file(fs, file, true);
}

void qjsp__fs_close_all(qjsp__fs *fs, bool flushes)
{
    for (uint32_t i = 0; i < fs->nfiles && fs->nopen > 0; i++) {
        if (fs->files[i].store != NULL)
            (void)close_file(fs, &fs->files[i], flushes);
    }
}

void qjsp__fs_flush_all(qjsp__fs *fs)
{
    for (uint32_t i = 0, left = fs->nopen; left > 0; i++) {
        if (fs->files[i].store == NULL)
            continue;
        left--;
        if (fs->files[i].stream != NULL)
            (void)qjsp__stream_flush(&fs->files[i]);
    }
}

/* ---- one file ---- */

int64_t qjsp__file_read(qjsp__file *file, uint8_t *to, size_t len)
{
    int64_t n;

    if ((file->flags & QJSP__O_ACCMODE) == QJSP__O_WRONLY)
        return -QJSP__EBADF;
    n = file->store->ops->read(file->store, file->handle, file->position, to, len);
    if (n > 0)
        file->position += (uint64_t)n;
    return n;
}

int64_t qjsp__file_write(qjsp__file *file, const uint8_t *from, size_t len)
{
    const qjsp__store_ops *ops = file->store->ops;
    int64_t n;

    if ((file->flags & QJSP__O_ACCMODE) == QJSP__O_RDONLY)
        return -QJSP__EBADF;
    if (len == 0)
        return 0;
    if ((file->flags & QJSP__O_APPEND) != 0) {
        n = ops->append(file->store, file->handle, from, len);
        if (n < 0)
            return n;
        file->position = (uint64_t)n;
        return (int64_t)len;
    }
    if (len > QJSP__OFFSET_MAX - file->position)
        return -QJSP__EFBIG;
    n = ops->write(file->store, file->handle, file->position, from, len);
    if (n > 0)
        file->position += (uint64_t)n;
    return n;
}

int64_t qjsp__file_seek(qjsp__file *file, int64_t offset, int whence)
{
    qjsp__file_info info;
    int64_t base = 0;
    int ret;

    if (whence == QJSP__SEEK_CUR) {
        base = (int64_t)file->position;
    } else if (whence == QJSP__SEEK_END) {
        ret = file->store->ops->info(file->store, file->handle, &info);
        if (ret < 0)
            return ret;
        base = (int64_t)info.size;
    } else if (whence != QJSP__SEEK_SET) {
        return -QJSP__EINVAL;
    }
    if (__builtin_add_overflow(base, offset, &base) || base > (int64_t)QJSP__OFFSET_MAX)
        return -QJSP__EOVERFLOW;
    if (base < 0)
        return -QJSP__EINVAL;
    file->position = (uint64_t)base;
    return base;
}

int qjsp__file_info_get(qjsp__file *file, qjsp__file_info *out)
{
    int ret = file->store->ops->info(file->store, file->handle, out);

    out->dev = file->dev;
    return ret;
}
