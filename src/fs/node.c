/* SPDX-License-Identifier: MIT */
#include "fs/node.h"

#include "base/alloc.h"
#include "base/checked.h"

qjsp__node *qjsp__node_new(bool is_directory, const qjsp_alloc *alloc)
{
    qjsp__node *node = qjsp__calloc(alloc, sizeof *node);

    if (node != NULL)
        node->is_directory = is_directory;
    return node;
}

static void free_one(qjsp__node *node, const qjsp_alloc *alloc)
{
    qjsp__content_fini(&node->content, alloc);
    qjsp__free(alloc, node->children);
    qjsp__free(alloc, node->name);
    qjsp__free(alloc, node);
}

/* Guests can make trees deeper than any stack: from leaf to leaf, by the parents. */
void qjsp__node_free(qjsp__node *node, const qjsp_alloc *alloc)
{
    qjsp__node *at = node;

    while (at != NULL) {
        if (at->nchildren > 0) {
            at = at->children[--at->nchildren];
        } else {
            qjsp__node *up = at == node ? NULL : at->parent;

            free_one(at, alloc);
            at = up;
        }
    }
}

static int compare(const qjsp__node *node, const char *name, size_t len)
{
    int order = strncmp(node->name, name, len);

    return order != 0 ? order : node->name[len] != '\0';
}

qjsp__node *qjsp__node_find(const qjsp__node *dir, const char *name, size_t len, size_t *at)
{
    size_t low = 0, high = dir->nchildren;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(dir->children[middle], name, len);

        if (order == 0) {
            low = middle;
            break;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (at != NULL)
        *at = low;
    if (low < dir->nchildren && compare(dir->children[low], name, len) == 0)
        return dir->children[low];
    return NULL;
}

static bool reserve(qjsp__node *dir, const qjsp_alloc *alloc)
{
    size_t cap = dir->children_cap == 0 ? 4 : dir->children_cap * 2;
    qjsp__node **children;

    if (dir->nchildren < dir->children_cap)
        return true;
    children = qjsp__realloc(alloc, dir->children, cap * sizeof(qjsp__node *));
    if (children == NULL)
        return false;
    dir->children = children;
    dir->children_cap = cap;
    return true;
}

/* Room was reserved. Takes name. */
static void insert(qjsp__node *dir, qjsp__node *node, char *name)
{
    size_t at;

    qjsp__node_find(dir, name, strlen(name), &at);
    memmove(&dir->children[at + 1], &dir->children[at],
            (dir->nchildren - at) * sizeof(qjsp__node *));
    dir->children[at] = node;
    dir->nchildren++;
    node->parent = dir;
    node->name = name;
}

static void take_out(qjsp__node *node, const qjsp_alloc *alloc)
{
    qjsp__node *dir = node->parent;
    size_t at;

    qjsp__node_find(dir, node->name, strlen(node->name), &at);
    dir->nchildren--;
    memmove(&dir->children[at], &dir->children[at + 1],
            (dir->nchildren - at) * sizeof(qjsp__node *));
    qjsp__free(alloc, node->name);
    node->name = NULL;
    node->parent = NULL;
}

static char *copy_name(const char *name, size_t len, const qjsp_alloc *alloc)
{
    char *copy = qjsp__malloc(alloc, len + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, name, len);
    copy[len] = '\0';
    return copy;
}

bool qjsp__node_link(qjsp__node *dir, qjsp__node *node, const char *name, size_t len,
                     const qjsp_alloc *alloc)
{
    char *copy = copy_name(name, len, alloc);

    if (copy == NULL || !reserve(dir, alloc)) {
        qjsp__free(alloc, copy);
        return false;
    }
    if (node->parent != NULL)
        take_out(node, alloc);
    insert(dir, node, copy);
    return true;
}

void qjsp__node_unlink(qjsp__node *node, const qjsp_alloc *alloc)
{
    take_out(node, alloc);
}

void qjsp__node_replace(qjsp__node *old, qjsp__node *node, const qjsp_alloc *alloc)
{
    qjsp__node *dir = old->parent;
    size_t at;

    take_out(node, alloc);
    qjsp__node_find(dir, old->name, strlen(old->name), &at);
    dir->children[at] = node;
    node->parent = dir;
    node->name = old->name;
    old->parent = NULL;
    old->name = NULL;
}

bool qjsp__node_is_below(const qjsp__node *node, const qjsp__node *ancestor)
{
    while (node != NULL && node != ancestor)
        node = node->parent;
    return node != NULL;
}
