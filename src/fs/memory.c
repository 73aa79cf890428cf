/* SPDX-License-Identifier: MIT */
/*
 * A store in memory: a tree of nodes, a table of handles, and a count of bytes that never
 * passes the limit. Whoever shares it takes turns by the lock it was given.
 */
#include "fs/memory.h"
#include "base/alloc.h"
#include "base/checked.h"

/* ---- nodes; the caller holds the lock ---- */

static bool charge(qjsp__memory *m, uint64_t bytes)
{
    if (bytes > m->limit || m->used > m->limit - bytes)
        return false;
    m->used += bytes;
    return true;
}

void qjsp__memory_touch(qjsp__node *node)
{
    node->mtime_ms = node->ctime_ms = qjsp__memory_now_ms();
}

void qjsp__memory_let_go(qjsp__memory *m, qjsp__node *node)
{
    if (node->nhandles > 0)
        return;
    m->used -= QJSP__ENTRY_COST + node->content.size;
    qjsp__node_free(node, m->store.alloc);
}

/* NULL: no room, for which *error says why. */
static qjsp__node *make_node(qjsp__memory *m, bool is_directory, uint32_t mode, int *error)
{
    qjsp__node *node;

    *error = -QJSP__ENOSPC;
    if (!charge(m, QJSP__ENTRY_COST))
        return NULL;
    *error = -QJSP__ENOMEM;
    node = qjsp__node_new(is_directory, m->store.alloc);
    if (node == NULL) {
        m->used -= QJSP__ENTRY_COST;
        return NULL;
    }
    node->mode = mode & QJSP__MEMORY_PERMISSIONS;
    node->ino = ++m->last_ino;
    qjsp__memory_touch(node);
    node->atime_ms = node->birthtime_ms = node->mtime_ms;
    return node;
}

int qjsp__memory_add_node(qjsp__memory *m, qjsp__node *dir, const char *name, bool is_directory,
                          uint32_t mode, qjsp__node **out)
{
    int error;
    qjsp__node *node = make_node(m, is_directory, mode, &error);

    if (node == NULL)
        return error;
    if (!qjsp__node_link(dir, node, name, strlen(name), m->store.alloc)) {
        qjsp__memory_let_go(m, node);
        return -QJSP__ENOMEM;
    }
    qjsp__memory_touch(dir);
    *out = node;
    return 0;
}

int qjsp__memory_find_parent(const qjsp__memory *m, const char *path, qjsp__node **dir,
                             const char **name)
{
    qjsp__node *at = m->root;
    const char *slash;

    while ((slash = strchr(path, '/')) != NULL) {
        at = qjsp__node_find(at, path, (size_t)(slash - path), NULL);
        if (at == NULL)
            return -QJSP__ENOENT;
        if (!at->is_directory)
            return -QJSP__ENOTDIR;
        path = slash + 1;
    }
    *dir = at;
    *name = path;
    return 0;
}

int qjsp__memory_find(const qjsp__memory *m, const char *path, qjsp__node **out)
{
    qjsp__node *dir;
    const char *name;
    int ret = qjsp__memory_find_parent(m, path, &dir, &name);

    if (ret < 0)
        return ret;
    *out = *name == '\0' ? dir : qjsp__node_find(dir, name, strlen(name), NULL);
    return *out == NULL ? -QJSP__ENOENT : 0;
}

void qjsp__memory_describe(const qjsp__node *node, qjsp__file_info *out)
{
    bool is_linked = node->name != NULL || node->is_directory;

    *out = (qjsp__file_info){
        .size = node->content.size,
        .ino = node->ino,
        .mode = node->mode | (node->is_directory ? QJSP__S_IFDIR : QJSP__S_IFREG),
        .nlink = is_linked ? 1 : 0,
        .atime_ms = node->atime_ms,
        .mtime_ms = node->mtime_ms,
        .ctime_ms = node->ctime_ms,
        .birthtime_ms = node->birthtime_ms,
    };
}

/* ---- handles; the caller holds the lock ---- */

static bool reserve_handle(qjsp__memory *m)
{
    int n = m->nhandles == 0 ? 16 : m->nhandles * 2;
    qjsp__memory_handle *handles;

    if (m->free_handle >= 0)
        return true;
    if (m->nhandles > INT32_MAX / 2)
        return false;
    handles = qjsp__realloc(m->store.alloc, m->handles, (size_t)n * sizeof *handles);
    if (handles == NULL)
        return false;
    for (int i = m->nhandles; i < n; i++)
        handles[i] = (qjsp__memory_handle){ .next_free = i + 1 < n ? i + 1 : -1 };
    m->free_handle = m->nhandles;
    m->handles = handles;
    m->nhandles = n;
    return true;
}

/* One was reserved. */
static int add_handle(qjsp__memory *m, qjsp__node *node, uint32_t flags)
{
    int h = m->free_handle;

    m->free_handle = m->handles[h].next_free;
    m->handles[h] = (qjsp__memory_handle){ .node = node, .flags = flags };
    node->nhandles++;
    return h;
}

static qjsp__node *node_of(const qjsp__memory *m, int h)
{
    return h >= 0 && h < m->nhandles ? m->handles[h].node : NULL;
}

static int set_size(qjsp__memory *m, qjsp__node *node, uint64_t size)
{
    if (size > node->content.size && !charge(m, size - node->content.size))
        return -QJSP__ENOSPC;
    if (size < node->content.size)
        m->used -= node->content.size - size;
    qjsp__content_resize(&node->content, m->store.alloc, size);
    qjsp__memory_touch(node);
    return 0;
}

static int64_t write_at(qjsp__memory *m, qjsp__node *node, uint64_t offset, const uint8_t *from,
                        size_t len)
{
    uint64_t end = offset + len, size = node->content.size;
    uint64_t growth = len > 0 && end > size ? end - size : 0;

    if (!charge(m, growth))
        return -QJSP__ENOSPC;
    if (!qjsp__content_write(&node->content, m->store.alloc, offset, from, len)) {
        m->used -= growth;
        return -QJSP__ENOMEM;
    }
    qjsp__memory_touch(node);
    return (int64_t)len;
}

/* ---- operations on files ---- */

static int open_locked(qjsp__memory *m, const char *path, uint32_t flags, uint32_t mode)
{
    bool is_exclusive = (flags & QJSP__O_CREAT) != 0 && (flags & QJSP__O_EXCL) != 0;
    qjsp__node *dir, *node;
    const char *name;
    int ret;

    if (!reserve_handle(m))
        return -QJSP__ENOMEM;
    if ((flags & QJSP__O_TMPFILE) != 0) {
        node = make_node(m, false, mode, &ret);
        return node == NULL ? ret : add_handle(m, node, flags);
    }
    ret = qjsp__memory_find_parent(m, path, &dir, &name);
    if (ret < 0)
        return ret;
    if (*name == '\0')
        return is_exclusive ? -QJSP__EEXIST : -QJSP__EISDIR;
    node = qjsp__node_find(dir, name, strlen(name), NULL);
    if (node == NULL) {
        if ((flags & QJSP__O_CREAT) == 0)
            return -QJSP__ENOENT;
        ret = qjsp__memory_add_node(m, dir, name, false, mode, &node);
        return ret < 0 ? ret : add_handle(m, node, flags);
    }
    if (is_exclusive)
        return -QJSP__EEXIST;
    if (node->is_directory)
        return -QJSP__EISDIR;
    if ((flags & QJSP__O_TRUNC) != 0)
        (void)set_size(m, node, 0);
    return add_handle(m, node, flags);
}

static int memory_open(qjsp_store *s, const char *path, uint32_t flags, uint32_t mode)
{
    qjsp__memory *m = (qjsp__memory *)s;
    int ret;

    qjsp__memory_acquire(m);
    ret = open_locked(m, path, flags, mode);
    qjsp__memory_release(m);
    return ret;
}

static int memory_close(qjsp_store *s, int h)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *node;

    qjsp__memory_acquire(m);
    node = node_of(m, h);
    if (node != NULL) {
        m->handles[h] = (qjsp__memory_handle){ .next_free = m->free_handle };
        m->free_handle = h;
        node->nhandles--;
        if (node->name == NULL)
            qjsp__memory_let_go(m, node);
    }
    qjsp__memory_release(m);
    return node == NULL ? -QJSP__EBADF : 0;
}

static int64_t memory_read(qjsp_store *s, int h, uint64_t offset, uint8_t *to, size_t len)
{
    qjsp__memory *m = (qjsp__memory *)s;
    int64_t ret = -QJSP__EBADF;
    qjsp__node *node;

    qjsp__memory_acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = (int64_t)qjsp__content_read(&node->content, offset, to, len);
    qjsp__memory_release(m);
    return ret;
}

static int64_t memory_write(qjsp_store *s, int h, uint64_t offset, const uint8_t *from, size_t len)
{
    qjsp__memory *m = (qjsp__memory *)s;
    int64_t ret = -QJSP__EBADF;
    qjsp__node *node;

    qjsp__memory_acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = write_at(m, node, offset, from, len);
    qjsp__memory_release(m);
    return ret;
}

static int64_t memory_append(qjsp_store *s, int h, const uint8_t *from, size_t len)
{
    qjsp__memory *m = (qjsp__memory *)s;
    int64_t ret = -QJSP__EBADF;
    qjsp__node *node;

    qjsp__memory_acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = write_at(m, node, node->content.size, from, len);
    if (ret >= 0)
        ret = (int64_t)node->content.size;
    qjsp__memory_release(m);
    return ret;
}

static int memory_truncate(qjsp_store *s, int h, uint64_t size)
{
    qjsp__memory *m = (qjsp__memory *)s;
    int ret = -QJSP__EBADF;
    qjsp__node *node;

    qjsp__memory_acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = set_size(m, node, size);
    qjsp__memory_release(m);
    return ret;
}

static int memory_sync(qjsp_store *s, int h)
{
    (void)s;
    (void)h;
    return 0;
}

static int memory_info(qjsp_store *s, int h, qjsp__file_info *out)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *node;

    qjsp__memory_acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        qjsp__memory_describe(node, out);
    qjsp__memory_release(m);
    return node == NULL ? -QJSP__EBADF : 0;
}

/* ---- life ---- */

/* Nobody has a reference, so nobody has a handle either. */
static void memory_free(qjsp_store *s)
{
    qjsp__memory *m = (qjsp__memory *)s;
    const qjsp_alloc *alloc = s->alloc;

    qjsp__node_free(m->root, alloc);
    qjsp__free(alloc, m->handles);
    qjsp__lock_free(&m->lock);
    qjsp__free(alloc, m);
}

static const qjsp__store_ops memory_ops = {
    .free = memory_free,
    .open = memory_open,
    .close = memory_close,
    .read = memory_read,
    .write = memory_write,
    .append = memory_append,
    .truncate = memory_truncate,
    .sync = memory_sync,
    .info = memory_info,
    .stat = qjsp__memory_stat,
    .list = qjsp__memory_list,
    .mkdir = qjsp__memory_mkdir,
    .remove = qjsp__memory_remove,
    .rename = qjsp__memory_rename,
    .utimes = qjsp__memory_utimes,
    .realpath = qjsp__memory_realpath,
};

qjsp_status qjsp__memory_new(qjsp_store **out, uint64_t limit, const qjsp_lock *lock,
                             const qjsp_alloc *alloc)
{
    qjsp__memory *m = qjsp__calloc(alloc, sizeof *m);

    if (m == NULL) {
        qjsp__lock_free(lock);
        return QJSP_ERR_NOMEM;
    }
    m->store = (qjsp_store){ .ops = &memory_ops, .alloc = alloc };
    atomic_init(&m->store.refs, 1);
    m->lock = *lock;
    m->limit = limit == 0 ? QJSP__DEFAULT_MEMORY_LIMIT : limit;
    m->free_handle = -1;
    m->root = qjsp__node_new(true, alloc);
    if (m->root == NULL) {
        memory_free(&m->store);
        return QJSP_ERR_NOMEM;
    }
    m->root->mode = QJSP__MEMORY_PERMISSIONS;
    m->root->ino = ++m->last_ino;
    qjsp__memory_touch(m->root);
    m->root->atime_ms = m->root->birthtime_ms = m->root->mtime_ms;
    *out = &m->store;
    return QJSP_OK;
}
