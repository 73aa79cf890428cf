/* SPDX-License-Identifier: MIT */
/*
 * A store that the host has: each operation is one call of an import with a record. What the host
 * answers is trusted as the host is, but for its counts of bytes.
 */
#include "wasm/host_store.h"

#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "fs/store.h"
#include "wasm/file_call.h"
#include "wasm/host.h"

/* One call carries at most this, so that lengths and results are small numbers to everybody. */
enum { PIECE = 64 << 20 };

typedef struct host_store {
    qjsp_store store; /* first */
    uint32_t index;
    bool waits;
} host_store;

static int64_t ask(const qjsp_store *s, qjsp__file_call *call, qjsp_buffer *out)
{
    const host_store *hs = (const host_store *)s;

    return (int64_t)(hs->waits ? qjsp__host_file_wait(hs->index, call, out)
                               : qjsp__host_file(hs->index, call, out));
}

static int64_t ask_path(const qjsp_store *s, const char *path, qjsp__file_call call)
{
    call.path = (char *)path;
    return ask(s, &call, NULL);
}

static int64_t ask_handle(const qjsp_store *s, qjsp__file_op op, int handle, uint64_t offset)
{
    qjsp__file_call call = { .op = op, .handle = handle, .offset = (double)offset };

    return ask(s, &call, NULL);
}

static int64_t ask_bytes(const qjsp_store *s, qjsp__file_call call, const uint8_t *data, size_t len)
{
    int64_t ret;

    call.data = (uint8_t *)data;
    call.len = (uint32_t)qjsp__size_min(len, PIECE);
    ret = ask(s, &call, NULL);
    return call.op != QJSP__FILE_APPEND && ret > call.len ? -QJSP__EIO : ret;
}

static int host_open(qjsp_store *s, const char *path, uint32_t flags, uint32_t mode)
{
    return (int)ask_path(s, path,
                         (qjsp__file_call){ .op = QJSP__FILE_OPEN, .flags = flags, .mode = mode });
}

static int host_close(qjsp_store *s, int handle)
{
    return (int)ask_handle(s, QJSP__FILE_CLOSE, handle, 0);
}

static int64_t host_read(qjsp_store *s, int handle, uint64_t offset, uint8_t *to, size_t len)
{
    size_t done = 0;

    while (done < len) {
        qjsp__file_call call = { .op = QJSP__FILE_READ,
                                 .handle = handle,
                                 .offset = (double)(offset + done) };
        int64_t ret = ask_bytes(s, call, to + done, len - done);

        if (ret <= 0)
            return done > 0 ? (int64_t)done : ret;
        done += (size_t)ret;
    }
    return (int64_t)done;
}

static int64_t host_write(qjsp_store *s, int handle, uint64_t offset, const uint8_t *from,
                          size_t len)
{
    return ask_bytes(
        s, (qjsp__file_call){ .op = QJSP__FILE_WRITE, .handle = handle, .offset = (double)offset },
        from, len);
}

static int64_t host_append(qjsp_store *s, int handle, const uint8_t *from, size_t len)
{
    if (len > PIECE)
        return -QJSP__ENOMEM; /* more than any guest's memory is likely to hold twice */
    return ask_bytes(s, (qjsp__file_call){ .op = QJSP__FILE_APPEND, .handle = handle }, from, len);
}

static int host_truncate(qjsp_store *s, int handle, uint64_t size)
{
    return (int)ask_handle(s, QJSP__FILE_TRUNCATE, handle, size);
}

static int host_sync(qjsp_store *s, int handle)
{
    return (int)ask_handle(s, QJSP__FILE_SYNC, handle, 0);
}

static void take_info(const qjsp__file_call *call, qjsp__file_info *out)
{
    *out = (qjsp__file_info){
        .size = (uint64_t)call->size,
        .ino = (uint64_t)call->ino,
        .mode = (uint32_t)call->mode_found,
        .nlink = (uint32_t)call->nlink,
        .atime_ms = call->atime_found,
        .mtime_ms = call->mtime_found,
        .ctime_ms = call->ctime_found,
        .birthtime_ms = call->birthtime_found,
    };
}

static int host_info(qjsp_store *s, int handle, qjsp__file_info *out)
{
    qjsp__file_call call = { .op = QJSP__FILE_INFO, .handle = handle };
    int ret = (int)ask(s, &call, NULL);

    take_info(&call, out);
    return ret;
}

static int host_stat(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out)
{
    qjsp__file_call call = { .op = QJSP__FILE_STAT, .flags = follows, .path = (char *)path };
    int ret = (int)ask(s, &call, NULL);

    take_info(&call, out);
    return ret;
}

/* What the host appends to `out` in one go. */
static int ask_text(const qjsp_store *s, qjsp__file_op op, const char *path, qjsp_buffer *out)
{
    qjsp__file_call call = { .op = op, .path = (char *)path };
    int ret = (int)ask(s, &call, out);

    return ret >= 0 && out->status != QJSP_OK ? -QJSP__ENOMEM : ret;
}

static int host_list(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    return ask_text(s, QJSP__FILE_LIST, path, out);
}

static int host_realpath(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    return ask_text(s, QJSP__FILE_REALPATH, path, out);
}

static int host_mkdir(qjsp_store *s, const char *path, uint32_t mode)
{
    return (int)ask_path(s, path, (qjsp__file_call){ .op = QJSP__FILE_MKDIR, .mode = mode });
}

static int host_remove(qjsp_store *s, const char *path, qjsp__remove_what what)
{
    return (int)ask_path(s, path, (qjsp__file_call){ .op = QJSP__FILE_REMOVE, .flags = what });
}

static int host_rename(qjsp_store *s, const char *from, const char *to)
{
    return (int)ask_path(s, from,
                         (qjsp__file_call){ .op = QJSP__FILE_RENAME, .other_path = (char *)to });
}

static int host_utimes(qjsp_store *s, const char *path, double atime_ms, double mtime_ms)
{
    return (int)ask_path(
        s, path,
        (qjsp__file_call){ .op = QJSP__FILE_UTIMES, .offset = atime_ms, .mtime_ms = mtime_ms });
}

static void host_free(qjsp_store *s)
{
    qjsp__free(s->alloc, s);
}

static const qjsp__store_ops host_ops = {
    .free = host_free,
    .open = host_open,
    .close = host_close,
    .read = host_read,
    .write = host_write,
    .append = host_append,
    .truncate = host_truncate,
    .sync = host_sync,
    .info = host_info,
    .stat = host_stat,
    .list = host_list,
    .mkdir = host_mkdir,
    .remove = host_remove,
    .rename = host_rename,
    .utimes = host_utimes,
    .realpath = host_realpath,
};

qjsp_status qjsp__host_store_new(qjsp_store **out, uint32_t index, bool waits,
                                 const qjsp_alloc *alloc)
{
    host_store *hs = qjsp__malloc(alloc, sizeof *hs);

    if (hs == NULL)
        return QJSP_ERR_NOMEM;
    *hs = (host_store){
        .store = { .ops = &host_ops, .alloc = alloc },
        .index = index,
        .waits = waits,
    };
    atomic_init(&hs->store.refs, 1);
    *out = &hs->store;
    return QJSP_OK;
}
