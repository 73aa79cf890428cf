/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "cli/script.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"

void script_fini(script *s)
{
    free(s->path);
    free(s->name);
    *s = (script){ NULL, NULL };
}

static bool is_within(const char *path, const char *dir)
{
    size_t len = strlen(dir);

    if (strcmp(dir, "/") == 0)
        return path[0] == '/';
    return strncmp(path, dir, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

/* What follows the folder, with its slash. */
static const char *rest_of(const char *path, const char *dir)
{
    return strcmp(dir, "/") == 0 ? path : path + strlen(dir);
}

static char *join(const char *dir, const char *rest)
{
    size_t len = strcmp(dir, "/") == 0 ? 0 : strlen(dir);
    size_t size = strlen(rest) + 1;
    char *out = malloc(len + size);

    if (out != NULL) {
        memcpy(out, dir, len);
        memcpy(out + len, rest, size);
    }
    return out;
}

/* The mount that has a path of the guest's. */
static const qjsp_mount *owner_of(const mount_list *mounts, const char *path)
{
    const qjsp_mount *owner = NULL;

    for (size_t i = 0; i < mounts->n; i++) {
        const qjsp_mount *m = &mounts->items[i];

        if (is_within(path, m->path) && (owner == NULL || strlen(m->path) > strlen(owner->path)))
            owner = m;
    }
    return owner;
}

/* The guest's name of a file of the host; NULL: it has none, or no memory. */
static char *name_in_mounts(const mount_list *mounts, const char *path)
{
    char *real = realpath(path, NULL), *name = NULL;

    for (size_t i = 0; i < mounts->n && real != NULL && name == NULL; i++) {
        const qjsp_mount *m = &mounts->items[i];
        char *dir = m->kind == QJSP_MOUNT_DIRECTORY ? realpath(m->directory, NULL) : NULL;

        if (dir != NULL && is_within(real, dir))
            name = join(m->path, rest_of(real, dir));
        /* another mount may be in the way */
        if (name != NULL && owner_of(mounts, name) != m) {
            free(name);
            name = NULL;
        }
        free(dir);
    }
    free(real);
    return name;
}

/* The host's file of a guest's name; NULL: there is none. */
static char *path_of_name(const mount_list *mounts, const char *name)
{
    const qjsp_mount *m = name[0] == '/' ? owner_of(mounts, name) : NULL;
    char *dir, *joined, *real, *out = NULL;

    if (m == NULL || m->kind != QJSP_MOUNT_DIRECTORY)
        return NULL;
    dir = realpath(m->directory, NULL);
    joined = dir == NULL ? NULL : join(dir, rest_of(name, m->path));
    real = joined == NULL ? NULL : realpath(joined, NULL);
    if (real != NULL && is_within(real, dir))
        out = strdup(real);
    free(dir);
    free(joined);
    free(real);
    return out;
}

bool script_find(script *out, const mount_list *mounts, const char *operand)
{
    bool is_there = strcmp(operand, "-") == 0 || access(operand, F_OK) == 0;

    *out = (script){ NULL, NULL };
    if (!is_there)
        out->path = path_of_name(mounts, operand);
    if (out->path == NULL)
        out->path = strdup(operand);
    if (out->path != NULL && strcmp(operand, "-") != 0)
        out->name = name_in_mounts(mounts, out->path);
    if (out->name == NULL)
        out->name = strdup(files_shown_name(operand));
    return out->path != NULL && out->name != NULL;
}
