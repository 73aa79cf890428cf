/* SPDX-License-Identifier: MIT */
/*
 * The export table of files.wasm: one memory store in a linear memory that threads share. Each
 * thread has its own instance of the module over that memory, and a client: its stack, and the record
 * by which it asks. One thread, the pool's, makes clients and ends them.
 *
 * A thread can be ended wherever it is. So that none is ended while it holds the lock, the pool's
 * thread bans a client under the lock first; who was banned gets no further. If a thread dies by
 * itself with the lock in its hands, the store is broken: every call answers EIO.
 *
 * packages/qjspool/src/core/memory-store.ts is the other side. ORDER qjsp_files_client
 */
#include <string.h>

#include "arena/arena.h"
#include "base/alloc.h"
#include "fs/memory.h"
#include "fs/path.h"
#include "wasm/file_call.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

enum {
    PAGE = 64 * 1024,
    STACK_BYTES = 32 * 1024,
    PATH_BYTES = QJSP__PATH_MAX,
    KEEP_BYTES = 256 * 1024, /* room for data that is kept from call to call */
    WAIT_NS = 100 * 1000 * 1000,
    POOL = 1, /* who holds the lock: the pool's thread, or a client by its address */
};

typedef struct qjsp_files_client {
    qjsp__file_call call; /* first; its paths have room for PATH_BYTES each */
    uint8_t *stack_top;
    uint8_t *room; /* at least `cap` bytes for data */
    uint32_t cap;
    uint32_t is_banned; /* guarded by the lock */
    qjsp_buffer out;
    int *handles; /* open ones, guarded by the lock as all else */
    uint32_t nhandles, handles_cap;
    uint8_t *stack;
} qjsp_files_client;

typedef struct qjsp_files {
    _Atomic uint32_t holder; /* 0: nobody */
    _Atomic uint32_t nwaiting;
    _Atomic uint32_t is_broken;
    qjsp__arena *arena;
    qjsp_alloc alloc;
    qjsp_store *store;
    size_t first_left; /* bytes behind this struct, for the arena's own */
} qjsp_files;

_Static_assert(sizeof(void *) != 4 || offsetof(qjsp_files_client, is_banned) == 124, "layout");

__attribute__((import_module("qjsp"), import_name("wall_clock"))) double qjsp__host_wall_clock(
    void);

double qjsp__memory_now_ms(void)
{
    return qjsp__host_wall_clock();
}

/* Everything here is allocated from the arena. */
const qjsp_alloc *qjsp_alloc_default(void)
{
    __builtin_trap();
}

static void *arena_realloc(void *ud, void *ptr, size_t size)
{
    qjsp_files *files = ud;

    if (size == 0) {
        qjsp__arena_release(files->arena, ptr);
        return NULL;
    }
    return qjsp__arena_realloc(files->arena, ptr, size);
}

/* The arena's own few bytes lie behind our struct. */
static void *first_realloc(void *ud, void *ptr, size_t size)
{
    qjsp_files *files = ud;
    uint8_t *at = (uint8_t *)files + PAGE - files->first_left;

    if (ptr != NULL || size > files->first_left)
        return NULL;
    files->first_left -= (size + 15) & ~(size_t)15;
    return at;
}

/* ---- the lock ---- */

static bool try_acquire(qjsp_files *files, uint32_t who)
{
    uint32_t nobody = 0;

    return atomic_compare_exchange_strong(&files->holder, &nobody, who);
}

static void release(qjsp_files *files)
{
    atomic_store(&files->holder, 0);
    if (atomic_load(&files->nwaiting) > 0)
        __builtin_wasm_memory_atomic_notify((int *)&files->holder, UINT32_MAX);
}

/* A worker's thread; it can wait. */
static void acquire(qjsp_files *files, const qjsp_files_client *client)
{
    while (!try_acquire(files, (uint32_t)(uintptr_t)client)) {
        uint32_t holder = atomic_load(&files->holder);

        atomic_fetch_add(&files->nwaiting, 1);
        if (holder != 0)
            __builtin_wasm_memory_atomic_wait32((int *)&files->holder, (int)holder, WAIT_NS);
        atomic_fetch_sub(&files->nwaiting, 1);
    }
    if (client->is_banned) {
        release(files);
        __builtin_trap();
    }
}

/* The pool's thread never waits: it tries again. */
EXPORT(qjsp_files_try_lock) int qjsp_files_try_lock(qjsp_files *files)
{
    return try_acquire(files, POOL);
}

EXPORT(qjsp_files_unlock) void qjsp_files_unlock(qjsp_files *files)
{
    release(files);
}

/* ---- life; the pool's thread ---- */

/* `room`: bytes for all that is stored and crosses. NULL: no memory. */
EXPORT(qjsp_files_new) qjsp_files *qjsp_files_new(double limit, uint32_t room)
{
    size_t previous = __builtin_wasm_memory_grow(0, 1);
    qjsp_files *files = (qjsp_files *)(previous * PAGE);
    qjsp_alloc first = { first_realloc, files };

    if (previous == SIZE_MAX)
        return NULL;
    files->first_left = PAGE - ((sizeof *files + 15) & ~(size_t)15);
    files->alloc = (qjsp_alloc){ arena_realloc, files };
    if (qjsp__arena_new(&files->arena, room, &first) != QJSP_OK ||
        qjsp__memory_new(&files->store, (uint64_t)limit, &qjsp__lock_none, &files->alloc) !=
            QJSP_OK)
        return NULL;
    return files;
}

static void close_handles(qjsp_files *files, qjsp_files_client *client)
{
    for (uint32_t i = 0; i < client->nhandles; i++)
        files->store->ops->close(files->store, client->handles[i]);
    client->nhandles = 0;
}

static void client_free(qjsp_files *files, qjsp_files_client *client)
{
    if (client == NULL)
        return;
    close_handles(files, client);
    qjsp_buffer_fini(&client->out);
    qjsp__free(&files->alloc, client->handles);
    qjsp__free(&files->alloc, client->room);
    qjsp__free(&files->alloc, client->call.path);
    qjsp__free(&files->alloc, client->call.other_path);
    qjsp__free(&files->alloc, client->stack);
    qjsp__free(&files->alloc, client);
}

/* Holds the lock. NULL: no memory. */
EXPORT(qjsp_files_client_new) qjsp_files_client *qjsp_files_client_new(qjsp_files *files)
{
    qjsp_files_client *client = qjsp__calloc(&files->alloc, sizeof *client);

    if (client == NULL)
        return NULL;
    qjsp_buffer_init(&client->out, &files->alloc, 0);
    client->stack = qjsp__malloc(&files->alloc, STACK_BYTES);
    client->call.path = qjsp__malloc(&files->alloc, PATH_BYTES);
    client->call.other_path = qjsp__malloc(&files->alloc, PATH_BYTES);
    client->stack_top = client->stack + STACK_BYTES;
    if (client->stack == NULL || client->call.path == NULL || client->call.other_path == NULL) {
        client_free(files, client);
        return NULL;
    }
    return client;
}

/*
 * Holds the lock. From here on the client's thread gets into no call, and can be ended. Its files
 * are closed: not every host can end a thread, but what the store holds is given back.
 */
EXPORT(qjsp_files_ban) void qjsp_files_ban(qjsp_files *files, qjsp_files_client *client)
{
    client->is_banned = 1;
    if (!atomic_load(&files->is_broken))
        close_handles(files, client);
}

/* Its thread is gone and had the lock: what it was about to write may be half there. */
EXPORT(qjsp_files_bury) void qjsp_files_bury(qjsp_files *files, const qjsp_files_client *client)
{
    if (atomic_load(&files->holder) != (uint32_t)(uintptr_t)client)
        return;
    atomic_store(&files->is_broken, 1);
    release(files);
}

/* Holds the lock; the client's thread is gone. Its files are closed. */
EXPORT(qjsp_files_client_free)
void qjsp_files_client_free(qjsp_files *files, qjsp_files_client *client)
{
    if (!atomic_load(&files->is_broken))
        client_free(files, client);
}

/* ---- calls; the client's thread ---- */

static bool reserve_handle(qjsp_files *files, qjsp_files_client *client)
{
    uint32_t cap = client->handles_cap == 0 ? 16 : client->handles_cap * 2;
    int *handles;

    if (client->nhandles < client->handles_cap)
        return true;
    handles = qjsp__realloc(&files->alloc, client->handles, cap * sizeof *handles);
    if (handles == NULL)
        return false;
    client->handles = handles;
    client->handles_cap = cap;
    return true;
}

static int open_file(qjsp_files *files, qjsp_files_client *client)
{
    const qjsp__file_call *call = &client->call;
    int handle;

    if (!reserve_handle(files, client))
        return -QJSP__ENOMEM;
    handle = files->store->ops->open(files->store, call->path, call->flags, call->mode);
    if (handle >= 0)
        client->handles[client->nhandles++] = handle;
    return handle;
}

static int close_file(qjsp_files *files, qjsp_files_client *client)
{
    for (uint32_t i = 0; i < client->nhandles; i++) {
        if (client->handles[i] != client->call.handle)
            continue;
        client->handles[i] = client->handles[--client->nhandles];
        return files->store->ops->close(files->store, client->call.handle);
    }
    return -QJSP__EBADF;
}

static void tell_info(qjsp__file_call *call, const qjsp__file_info *info)
{
    call->size = (double)info->size;
    call->ino = (double)info->ino;
    call->mode_found = info->mode;
    call->nlink = info->nlink;
    call->atime_found = info->atime_ms;
    call->mtime_found = info->mtime_ms;
    call->ctime_found = info->ctime_ms;
    call->birthtime_found = info->birthtime_ms;
}

/* Bytes that are not the client's: where they lie goes into the record. */
static int tell_bytes(qjsp_files_client *client, int ret)
{
    client->call.data = client->out.data;
    client->call.len = (uint32_t)client->out.len;
    return ret;
}

static int64_t perform(qjsp_files *files, qjsp_files_client *client)
{
    const qjsp__store_ops *ops = files->store->ops;
    qjsp__file_call *call = &client->call;
    uint64_t offset = call->offset > 0 ? (uint64_t)call->offset : 0;
    qjsp_store *s = files->store;
    qjsp__file_info info = { 0 };
    int ret;

    qjsp_buffer_clear(&client->out);
    switch ((qjsp__file_op)call->op) {
    case QJSP__FILE_OPEN: return open_file(files, client);
    case QJSP__FILE_CLOSE: return close_file(files, client);
    case QJSP__FILE_READ: return ops->read(s, call->handle, offset, call->data, call->len);
    case QJSP__FILE_WRITE: return ops->write(s, call->handle, offset, call->data, call->len);
    case QJSP__FILE_APPEND: return ops->append(s, call->handle, call->data, call->len);
    case QJSP__FILE_TRUNCATE: return ops->truncate(s, call->handle, offset);
    case QJSP__FILE_SYNC: return ops->sync(s, call->handle);
    case QJSP__FILE_MKDIR: return ops->mkdir(s, call->path, call->mode);
    case QJSP__FILE_REMOVE: return ops->remove(s, call->path, (qjsp__remove_what)call->flags);
    case QJSP__FILE_RENAME: return ops->rename(s, call->path, call->other_path);
    case QJSP__FILE_UTIMES: return ops->utimes(s, call->path, call->offset, call->mtime_ms);
    case QJSP__FILE_LIST: return tell_bytes(client, ops->list(s, call->path, &client->out));
    case QJSP__FILE_REALPATH: return tell_bytes(client, ops->realpath(s, call->path, &client->out));
    case QJSP__FILE_INFO: ret = ops->info(s, call->handle, &info); break;
    case QJSP__FILE_STAT: ret = ops->stat(s, call->path, call->flags != 0, &info); break;
    default: return -QJSP__ENOSYS;
    }
    tell_info(call, &info);
    return ret;
}

/* Does what the client's record says. The result, as fs/store.h has it. */
EXPORT(qjsp_files_call) double qjsp_files_call(qjsp_files *files, qjsp_files_client *client)
{
    int64_t ret;

    acquire(files, client);
    ret = atomic_load(&files->is_broken) ? -QJSP__EIO : perform(files, client);
    release(files);
    return (double)ret;
}

/* Room for `len` bytes of data, until the next reserve; NULL: no memory. */
EXPORT(qjsp_files_reserve)
uint8_t *qjsp_files_reserve(qjsp_files *files, qjsp_files_client *client, uint32_t len)
{
    uint32_t cap = len < KEEP_BYTES ? KEEP_BYTES : len;

    if (len <= client->cap && client->cap <= KEEP_BYTES)
        return client->room;
    acquire(files, client);
    if (!atomic_load(&files->is_broken)) {
        qjsp__free(&files->alloc, client->room);
        client->room = qjsp__malloc(&files->alloc, cap);
        client->cap = client->room == NULL ? 0 : cap;
    }
    release(files);
    return client->cap < len ? NULL : client->room;
}
