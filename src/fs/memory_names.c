/* SPDX-License-Identifier: MIT */
/* What is done to names of a memory store. */
#include <string.h>

#include "fs/memory.h"

int qjsp__memory_stat(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *node;
    int ret;

    (void)follows; /* there are no links */
    qjsp__memory_acquire(m);
    ret = qjsp__memory_find(m, path, &node);
    if (ret == 0)
        qjsp__memory_describe(node, out);
    qjsp__memory_release(m);
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

int qjsp__memory_list(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *node;
    int ret;

    qjsp__memory_acquire(m);
    ret = qjsp__memory_find(m, path, &node);
    if (ret == 0 && !node->is_directory)
        ret = -QJSP__ENOTDIR;
    if (ret == 0)
        write_entries(node, out);
    qjsp__memory_release(m);
    return ret == 0 && out->status != QJSP_OK ? -QJSP__ENOMEM : ret;
}

int qjsp__memory_mkdir(qjsp_store *s, const char *path, uint32_t mode)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *dir, *node;
    const char *name;
    int ret;

    qjsp__memory_acquire(m);
    ret = qjsp__memory_find_parent(m, path, &dir, &name);
    if (ret == 0 && (*name == '\0' || qjsp__node_find(dir, name, strlen(name), NULL) != NULL))
        ret = -QJSP__EEXIST;
    if (ret == 0)
        ret = qjsp__memory_add_node(m, dir, name, true, mode, &node);
    qjsp__memory_release(m);
    return ret;
}

static int check_removal(const qjsp__memory *m, const qjsp__node *node, qjsp__remove_what what)
{
    if (what == QJSP__REMOVE_FILE)
        return node->is_directory ? -QJSP__EISDIR : 0;
    if (!node->is_directory)
        return -QJSP__ENOTDIR;
    if (node == m->root)
        return -QJSP__EBUSY;
    return node->nchildren > 0 ? -QJSP__ENOTEMPTY : 0;
}

static void remove_node(qjsp__memory *m, qjsp__node *node)
{
    qjsp__memory_touch(node->parent);
    qjsp__node_unlink(node, m->store.alloc);
    qjsp__memory_let_go(m, node);
}

int qjsp__memory_remove(qjsp_store *s, const char *path, qjsp__remove_what what)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *node;
    int ret;

    qjsp__memory_acquire(m);
    ret = qjsp__memory_find(m, path, &node);
    if (ret == 0)
        ret = check_removal(m, node, what);
    if (ret == 0)
        remove_node(m, node);
    qjsp__memory_release(m);
    return ret;
}

/* Whether `node` may take the place of `old`, which may be NULL; both are in the tree. */
static int check_replacing(const qjsp__memory *m, const qjsp__node *node, const qjsp__node *old)
{
    if (old == NULL)
        return 0;
    return check_removal(m, old, node->is_directory ? QJSP__REMOVE_DIRECTORY : QJSP__REMOVE_FILE);
}

static int rename_locked(qjsp__memory *m, const char *from, const char *to)
{
    qjsp__node *node = NULL, *dir = NULL, *old;
    const char *name = "";
    int ret = qjsp__memory_find(m, from, &node);

    if (ret < 0)
        return ret;
    ret = qjsp__memory_find_parent(m, to, &dir, &name);
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
    qjsp__memory_touch(node->parent);
    if (old == NULL) {
        if (!qjsp__node_link(dir, node, name, strlen(name), m->store.alloc))
            return -QJSP__ENOMEM;
    } else {
        /* the entry stays, and its name: nothing can fail */
        qjsp__node_replace(old, node, m->store.alloc);
        qjsp__memory_let_go(m, old);
    }
    qjsp__memory_touch(dir);
    node->ctime_ms = qjsp__memory_now_ms();
    return 0;
}

int qjsp__memory_rename(qjsp_store *s, const char *from, const char *to)
{
    qjsp__memory *m = (qjsp__memory *)s;
    int ret;

    qjsp__memory_acquire(m);
    ret = rename_locked(m, from, to);
    qjsp__memory_release(m);
    return ret;
}

int qjsp__memory_utimes(qjsp_store *s, const char *path, double atime_ms, double mtime_ms)
{
    qjsp__memory *m = (qjsp__memory *)s;
    qjsp__node *node;
    int ret;

    qjsp__memory_acquire(m);
    ret = qjsp__memory_find(m, path, &node);
    if (ret == 0) {
        node->atime_ms = atime_ms;
        node->mtime_ms = mtime_ms;
        node->ctime_ms = qjsp__memory_now_ms();
    }
    qjsp__memory_release(m);
    return ret;
}

int qjsp__memory_realpath(qjsp_store *s, const char *path, qjsp_buffer *out)
{
    qjsp__file_info info;
    int ret = qjsp__memory_stat(s, path, true, &info);

    if (ret == 0)
        qjsp_buffer_append(out, path, strlen(path));
    return ret;
}
