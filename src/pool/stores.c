/* SPDX-License-Identifier: MIT */
#include "pool/stores.h"

#include <pthread.h>

#include "base/alloc.h"

typedef struct store_lock {
    pthread_mutex_t mutex;
    const qjsp_alloc *alloc;
} store_lock;

static void acquire(void *ud)
{
    pthread_mutex_lock(&((store_lock *)ud)->mutex);
}

static void release(void *ud)
{
    pthread_mutex_unlock(&((store_lock *)ud)->mutex);
}

static void lock_free(void *ud)
{
    store_lock *lock = ud;

    pthread_mutex_destroy(&lock->mutex);
    qjsp__free(lock->alloc, lock);
}

static qjsp_status lock_new(qjsp_lock *out, const qjsp_alloc *alloc)
{
    store_lock *lock = qjsp__malloc(alloc, sizeof *lock);

    if (lock == NULL)
        return QJSP_ERR_NOMEM;
    lock->alloc = alloc;
    if (pthread_mutex_init(&lock->mutex, NULL) != 0) {
        qjsp__free(alloc, lock);
        return QJSP_ERR_SYSTEM;
    }
    *out = (qjsp_lock){ .acquire = acquire, .release = release, .free = lock_free, .ud = lock };
    return QJSP_OK;
}

static qjsp_status open_one(qjsp_mount *mount, const qjsp_alloc *alloc)
{
    qjsp_status st;
    qjsp_lock lock;

    if (mount->kind == QJSP_MOUNT_STORE) {
        qjsp_store_ref(mount->store);
        return QJSP_OK;
    }
    st = lock_new(&lock, alloc);
    if (st == QJSP_OK)
        st = qjsp_store_new(&mount->store, mount, &lock, alloc);
    if (st == QJSP_OK)
        mount->kind = QJSP_MOUNT_STORE;
    return st;
}

qjsp_status qjsp__stores_open(qjsp_mount *mounts, size_t n, const qjsp_alloc *alloc)
{
    for (size_t i = 0; i < n; i++) {
        qjsp_status st = open_one(&mounts[i], alloc);

        if (st != QJSP_OK) {
            qjsp__stores_close(mounts, i);
            return st;
        }
    }
    return QJSP_OK;
}

void qjsp__stores_close(qjsp_mount *mounts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        qjsp_store_unref(mounts[i].store);
}
