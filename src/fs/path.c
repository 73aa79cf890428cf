/* SPDX-License-Identifier: MIT */
#include "fs/path.h"

#include <string.h>

#include "fs/error.h"

static void pop(qjsp__path *path)
{
    while (path->len > 0 && path->text[--path->len] != '/') {
    }
}

/* There is room: the result is never longer than a slash and the raw path. */
static void push(qjsp__path *path, const char *name, size_t len)
{
    path->text[path->len++] = '/';
    memcpy(path->text + path->len, name, len);
    path->len += len;
}

int qjsp__path_parse(qjsp__path *out, qjsp_bytes raw)
{
    const char *at = (const char *)raw.data, *end;

    if (raw.len == 0)
        return -QJSP__ENOENT;
    if (memchr(at, 0, raw.len) != NULL)
        return -QJSP__EINVAL;
    if (raw.len > QJSP__PATH_MAX - 2) /* a slash before it, a NUL behind */
        return -QJSP__ENAMETOOLONG;
    out->len = 0;
    for (end = at + raw.len; at < end;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        size_t len = (size_t)((slash == NULL ? end : slash) - at);
        bool is_dot = len == 1 && at[0] == '.';
        bool is_up = len == 2 && at[0] == '.' && at[1] == '.';

        if (len > QJSP__NAME_MAX)
            return -QJSP__ENAMETOOLONG;
        if (is_up)
            pop(out);
        else if (len > 0 && !is_dot)
            push(out, at, len);
        out->wants_directory = is_up || is_dot || len == 0 || slash != NULL;
        at += len + (slash != NULL);
    }
    if (out->len == 0)
        out->text[out->len++] = '/';
    out->text[out->len] = '\0';
    return 0;
}

bool qjsp__path_is_within(const char *path, const char *dir)
{
    size_t len = strlen(dir);

    if (len == 1) /* "/" */
        return true;
    return strncmp(path, dir, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

const char *qjsp__path_last(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}
