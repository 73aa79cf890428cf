/* SPDX-License-Identifier: MIT */
/*
 * A store in memory: a tree of nodes, a table of handles, and a count of bytes that never
 * passes the limit. Whoever shares it takes turns by the lock it was given.
 */
#define _POSIX_C_SOURCE 200809L
#include <time.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "fs/node.h"
#include "fs/store.h"

typedef struct handle {
    qjsp__node *node; /* NULL: free */
    uint32_t flags;
    int next_free;
} handle;

typedef struct memory {
    qjsp_store store; /* first */
    qjsp_lock lock;
    qjsp__node *root;
    uint64_t limit;
    uint64_t used; /* guarded by lock, and so is all below */
    uint64_t last_ino;
    handle *handles;
    int nhandles;
    int free_handle; /* -1: none */
} memory;

static const uint32_t PERMISSIONS = 0777;

static void acquire(memory *m)
{
    m->lock.acquire(m->lock.ud);
}

static void release(memory *m)
{
    m->lock.release(m->lock.ud);
}

static double now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (double)now.tv_sec * 1e3 + (double)(now.tv_nsec / 1000) / 1e3;
}

/* ---- nodes; the caller holds the lock ---- */

static bool charge(memory *m, uint64_t bytes)
{
    if (bytes > m->limit || m->used > m->limit - bytes)
        return false;
    m->used += bytes;
    return true;
}

static void touch(qjsp__node *node)
{
    node->mtime_ms = node->ctime_ms = now_ms();
}

/* The node is in no tree any more; open files live on. */
static void let_go(memory *m, qjsp__node *node)
{
    if (node->nhandles > 0)
        return;
    m->used -= QJSP__ENTRY_COST + node->content.size;
    qjsp__node_free(node, m->store.alloc);
}

/* NULL: no room, for which *error says why. */
static qjsp__node *make_node(memory *m, bool is_directory, uint32_t mode, int *error)
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
    node->mode = mode & PERMISSIONS;
    node->ino = ++m->last_ino;
    touch(node);
    node->atime_ms = node->birthtime_ms = node->mtime_ms;
    return node;
}

/* A new entry of a directory. */
static int add_node(memory *m, qjsp__node *dir, const char *name, bool is_directory, uint32_t mode,
                    qjsp__node **out)
{
    int error;
    qjsp__node *node = make_node(m, is_directory, mode, &error);

    if (node == NULL)
        return error;
    if (!qjsp__node_link(dir, node, name, strlen(name), m->store.alloc)) {
        let_go(m, node);
        return -QJSP__ENOMEM;
    }
    touch(dir);
    *out = node;
    return 0;
}

/* Walks all names of the path but the last; *name is that ("" for the root). */
static int find_parent(const memory *m, const char *path, qjsp__node **dir, const char **name)
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

static int find(const memory *m, const char *path, qjsp__node **out)
{
    qjsp__node *dir;
    const char *name;
    int ret = find_parent(m, path, &dir, &name);

    if (ret < 0)
        return ret;
    *out = *name == '\0' ? dir : qjsp__node_find(dir, name, strlen(name), NULL);
    return *out == NULL ? -QJSP__ENOENT : 0;
}

static void describe(const qjsp__node *node, qjsp__file_info *out)
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

static bool reserve_handle(memory *m)
{
    int n = m->nhandles == 0 ? 16 : m->nhandles * 2;
    handle *handles;

    if (m->free_handle >= 0)
        return true;
    if (m->nhandles > INT32_MAX / 2)
        return false;
    handles = qjsp__realloc(m->store.alloc, m->handles, (size_t)n * sizeof *handles);
    if (handles == NULL)
        return false;
    for (int i = m->nhandles; i < n; i++)
        handles[i] = (handle){ .next_free = i + 1 < n ? i + 1 : -1 };
    m->free_handle = m->nhandles;
    m->handles = handles;
    m->nhandles = n;
    return true;
}

/* One was reserved. */
static int add_handle(memory *m, qjsp__node *node, uint32_t flags)
{
    int h = m->free_handle;

    m->free_handle = m->handles[h].next_free;
    m->handles[h] = (handle){ .node = node, .flags = flags };
    node->nhandles++;
    return h;
}

static qjsp__node *node_of(const memory *m, int h)
{
    return h >= 0 && h < m->nhandles ? m->handles[h].node : NULL;
}

static int set_size(memory *m, qjsp__node *node, uint64_t size)
{
    if (size > node->content.size && !charge(m, size - node->content.size))
        return -QJSP__ENOSPC;
    if (size < node->content.size)
        m->used -= node->content.size - size;
    qjsp__content_resize(&node->content, m->store.alloc, size);
    touch(node);
    return 0;
}

static int64_t write_at(memory *m, qjsp__node *node, uint64_t offset, const uint8_t *from,
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
    touch(node);
    return (int64_t)len;
}

/* ---- operations on files ---- */

static int open_locked(memory *m, const char *path, uint32_t flags, uint32_t mode)
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
    ret = find_parent(m, path, &dir, &name);
    if (ret < 0)
        return ret;
    if (*name == '\0')
        return is_exclusive ? -QJSP__EEXIST : -QJSP__EISDIR;
    node = qjsp__node_find(dir, name, strlen(name), NULL);
    if (node == NULL) {
        if ((flags & QJSP__O_CREAT) == 0)
            return -QJSP__ENOENT;
        ret = add_node(m, dir, name, false, mode, &node);
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
    memory *m = (memory *)s;
    int ret;

    acquire(m);
    ret = open_locked(m, path, flags, mode);
    release(m);
    return ret;
}

static int memory_close(qjsp_store *s, int h)
{
    memory *m = (memory *)s;
    qjsp__node *node;

    acquire(m);
    node = node_of(m, h);
    if (node != NULL) {
        m->handles[h] = (handle){ .next_free = m->free_handle };
        m->free_handle = h;
        node->nhandles--;
        if (node->name == NULL)
            let_go(m, node);
    }
    release(m);
    return node == NULL ? -QJSP__EBADF : 0;
}

static int64_t memory_read(qjsp_store *s, int h, uint64_t offset, uint8_t *to, size_t len)
{
    memory *m = (memory *)s;
    int64_t ret = -QJSP__EBADF;
    qjsp__node *node;

    acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = (int64_t)qjsp__content_read(&node->content, offset, to, len);
    release(m);
    return ret;
}

static int64_t memory_write(qjsp_store *s, int h, uint64_t offset, const uint8_t *from, size_t len)
{
    memory *m = (memory *)s;
    int64_t ret = -QJSP__EBADF;
    qjsp__node *node;

    acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = write_at(m, node, offset, from, len);
    release(m);
    return ret;
}

static int64_t memory_append(qjsp_store *s, int h, const uint8_t *from, size_t len)
{
    memory *m = (memory *)s;
    int64_t ret = -QJSP__EBADF;
    qjsp__node *node;

    acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = write_at(m, node, node->content.size, from, len);
    if (ret >= 0)
        ret = (int64_t)node->content.size;
    release(m);
    return ret;
}

static int memory_truncate(qjsp_store *s, int h, uint64_t size)
{
    memory *m = (memory *)s;
    int ret = -QJSP__EBADF;
    qjsp__node *node;

    acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        ret = set_size(m, node, size);
    release(m);
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
    memory *m = (memory *)s;
    qjsp__node *node;

    acquire(m);
    node = node_of(m, h);
    if (node != NULL)
        describe(node, out);
    release(m);
    return node == NULL ? -QJSP__EBADF : 0;
}

/* ---- operations on names ---- */

static int memory_stat(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out)
{
    memory *m = (memory *)s;
    qjsp__node *node;
    int ret;

    (void)follows; /* there are no links */
    acquire(m);
    ret = find(m, path, &node);
    if (ret == 0)
        describe(node, out);
    release(m);
    return ret;
}

static void write_entries(const qjsp__node *dir, qjsp_buffer *out)
{
    for (size_t i = 0; i < dir->nchildren; i++) {
        const qjsp__node *child = dir->children[i];
        uint8_t type = (child->is_directory ? QJSP__S_IFDIR : QJSP__S_IFREG) >> 12;

        qjsp_buffer_append(out, &type, 1);
        qjsp_buffer_append(out, child->name, strlen(child->name) + 1);
    }
}

static int memory_list(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    memory *m = (memory *)s;
    qjsp__node *node;
    int ret;

    acquire(m);
    ret = find(m, path, &node);
    if (ret == 0 && !node->is_directory)
        ret = -QJSP__ENOTDIR;
    if (ret == 0)
        write_entries(node, out);
    release(m);
    return ret == 0 && out->status != QJSP_OK ? -QJSP__ENOMEM : ret;
}

static int memory_mkdir(qjsp_store *s, const char *path, uint32_t mode)
{
    memory *m = (memory *)s;
    qjsp__node *dir, *node;
    const char *name;
    int ret;

    acquire(m);
    ret = find_parent(m, path, &dir, &name);
    if (ret == 0 && (*name == '\0' || qjsp__node_find(dir, name, strlen(name), NULL) != NULL))
        ret = -QJSP__EEXIST;
    if (ret == 0)
        ret = add_node(m, dir, name, true, mode, &node);
    release(m);
    return ret;
}

static int check_removal(const memory *m, const qjsp__node *node, qjsp__remove_what what)
{
    if (what == QJSP__REMOVE_FILE)
        return node->is_directory ? -QJSP__EISDIR : 0;
    if (!node->is_directory)
        return -QJSP__ENOTDIR;
    if (node == m->root)
        return -QJSP__EBUSY;
    return node->nchildren > 0 ? -QJSP__ENOTEMPTY : 0;
}

static void remove_node(memory *m, qjsp__node *node)
{
    touch(node->parent);
    qjsp__node_unlink(node, m->store.alloc);
    let_go(m, node);
}

static int memory_remove(qjsp_store *s, const char *path, qjsp__remove_what what)
{
    memory *m = (memory *)s;
    qjsp__node *node;
    int ret;

    acquire(m);
    ret = find(m, path, &node);
    if (ret == 0)
        ret = check_removal(m, node, what);
    if (ret == 0)
        remove_node(m, node);
    release(m);
    return ret;
}

/* Whether `node` may take the place of `old`, which may be NULL; both are in the tree. */
static int check_replacing(const memory *m, const qjsp__node *node, const qjsp__node *old)
{
    if (old == NULL)
        return 0;
    return check_removal(m, old, node->is_directory ? QJSP__REMOVE_DIRECTORY : QJSP__REMOVE_FILE);
}

static int rename_locked(memory *m, const char *from, const char *to)
{
    qjsp__node *node = NULL, *dir = NULL, *old;
    const char *name = "";
    int ret = find(m, from, &node);

    if (ret < 0)
        return ret;
    ret = find_parent(m, to, &dir, &name);
    if (ret < 0)
        return ret;
    if (node == m->root || *name == '\0')
        return -QJSP__EBUSY;
    old = qjsp__node_find(dir, name, strlen(name), NULL);
    if (old == node)
        return 0;
    if (qjsp__node_is_below(dir, node))
        return -QJSP__EINVAL;
    ret = check_replacing(m, node, old);
    if (ret < 0)
        return ret;
    touch(node->parent);
    if (old == NULL) {
        if (!qjsp__node_link(dir, node, name, strlen(name), m->store.alloc))
            return -QJSP__ENOMEM;
    } else {
        /* the entry stays, and its name: nothing can fail */
        qjsp__node_replace(old, node, m->store.alloc);
        let_go(m, old);
    }
    touch(dir);
    node->ctime_ms = now_ms();
    return 0;
}

static int memory_rename(qjsp_store *s, const char *from, const char *to)
{
    memory *m = (memory *)s;
    int ret;

    acquire(m);
    ret = rename_locked(m, from, to);
    release(m);
    return ret;
}

static int memory_utimes(qjsp_store *s, const char *path, double atime_ms, double mtime_ms)
{
    memory *m = (memory *)s;
    qjsp__node *node;
    int ret;

    acquire(m);
    ret = find(m, path, &node);
    if (ret == 0) {
        node->atime_ms = atime_ms;
        node->mtime_ms = mtime_ms;
        node->ctime_ms = now_ms();
    }
    release(m);
    return ret;
}

static int memory_realpath(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    qjsp__file_info info;
    int ret = memory_stat(s, path, true, &info);

    if (ret == 0)
        qjsp_buffer_append(out, path, strlen(path));
    return ret;
}

/* ---- life ---- */

/* Nobody has a reference, so nobody has a handle either. */
static void memory_free(qjsp_store *s)
{
    memory *m = (memory *)s;
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
    .stat = memory_stat,
    .list = memory_list,
    .mkdir = memory_mkdir,
    .remove = memory_remove,
    .rename = memory_rename,
    .utimes = memory_utimes,
    .realpath = memory_realpath,
};

qjsp_status qjsp__memory_new(qjsp_store **out, uint64_t limit, const qjsp_lock *lock,
                             const qjsp_alloc *alloc)
{
    memory *m = qjsp__calloc(alloc, sizeof *m);

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
    m->root->mode = PERMISSIONS;
    m->root->ino = ++m->last_ino;
    touch(m->root);
    m->root->atime_ms = m->root->birthtime_ms = m->root->mtime_ms;
    *out = &m->store;
    return QJSP_OK;
}
