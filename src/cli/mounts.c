/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/mounts.h"

#include <errno.h>
#include <string.h>

#include "cli/units.h"

static const char MALFORMED[] = "takes /PATH=DIR, /PATH=DIR:ro or /PATH=memory[:SIZE]";

/* What stands behind "memory" (a folder of that name is ./memory); false: it is no memory. */
static bool is_memory(const char *what, const char **rest)
{
    size_t len = strlen("memory");

    if (strncmp(what, "memory", len) != 0 || (what[len] != '\0' && what[len] != ':'))
        return false;
    *rest = what + len + (what[len] == ':');
    return true;
}

static void read_directory(qjsp_mount *mount, char *what)
{
    size_t len = strlen(what);

    mount->kind = QJSP_MOUNT_DIRECTORY;
    mount->is_read_only = len > 3 && strcmp(what + len - 3, ":ro") == 0;
    if (mount->is_read_only)
        what[len - 3] = '\0';
    mount->directory = what;
}

const char *mounts_add(mount_list *list, char *text)
{
    qjsp_mount *mount = &list->items[list->n];
    char *equals = strchr(text, '=');
    const char *size;

    if (list->n == MAX_MOUNTS)
        return "can be given 16 times at most, which is past";
    if (equals == NULL || equals[1] == '\0')
        return MALFORMED;
    *mount = (qjsp_mount){ .path = text };
    if (!is_memory(equals + 1, &size))
        read_directory(mount, equals + 1);
    else if (*size != '\0' && (!units_parse_size(size, &mount->limit) || mount->limit == 0))
        return "takes a size of a memory such as 512k, 64m or 1g";
    *equals = '\0';
    if (qjsp_mounts_check(mount, 1) != QJSP_OK) {
        *equals = '=';
        return "takes an absolute path without dots or a slash at its end";
    }
    if (qjsp_mounts_check(list->items, list->n + 1) != QJSP_OK)
        return "takes each path once, which it has had for";
    list->n++;
    return NULL;
}

bool mounts_open(mount_list *out, const mount_list *list, report *r)
{
    *out = (mount_list){ .n = 0 };
    for (size_t i = 0; i < list->n; i++) {
        qjsp_mount *mount = &out->items[out->n++];
        qjsp_status st;

        *mount = list->items[i];
        if (mount->kind != QJSP_MOUNT_DIRECTORY)
            continue; /* the pool makes it, with a lock */
        st = qjsp_store_new(&mount->store, mount, NULL, NULL);
        if (st != QJSP_OK) {
            report_error(r, "cannot mount %s: %s: %s", mount->path, mount->directory,
                         st == QJSP_ERR_SYSTEM ? strerror(errno) : qjsp_status_name(st));
            out->n--;
            mounts_close(out);
            return false;
        }
        mount->kind = QJSP_MOUNT_STORE;
    }
    return true;
}

void mounts_close(mount_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        qjsp_store_unref(list->items[i].store);
    list->n = 0;
}
