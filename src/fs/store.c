/* SPDX-License-Identifier: MIT */
/* Making stores, and counting who uses them. */
#include "fs/store.h"

static void do_nothing(void *ud)
{
    (void)ud;
}

const qjsp_lock qjsp__lock_none = { .acquire = do_nothing, .release = do_nothing };

void qjsp__lock_free(const qjsp_lock *lock)
{
    if (lock->free != NULL)
        lock->free(lock->ud);
}

qjsp_status qjsp_store_new(qjsp_store **out, const qjsp_mount *mount, const qjsp_lock *lock,
                           const qjsp_alloc *alloc)
{
    if (lock == NULL)
        lock = &qjsp__lock_none;
    if (alloc == NULL)
        alloc = qjsp_alloc_default();
    if (mount->kind == QJSP_MOUNT_MEMORY)
        return qjsp__memory_new(out, mount->limit, lock, alloc);
    if (mount->kind == QJSP_MOUNT_DIRECTORY && mount->directory != NULL)
        return qjsp__directory_new(out, mount->directory, mount->limit, lock, alloc);
    qjsp__lock_free(lock);
    return QJSP_ERR_INVALID;
}

void qjsp_store_ref(qjsp_store *store)
{
    atomic_fetch_add_explicit(&store->refs, 1, memory_order_relaxed);
}

void qjsp_store_unref(qjsp_store *store)
{
    if (store != NULL && atomic_fetch_sub_explicit(&store->refs, 1, memory_order_acq_rel) == 1)
        store->ops->free(store);
}
