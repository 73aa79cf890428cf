/* SPDX-License-Identifier: MIT */
/*
 * The names that guests give, made normal once, before anything else looks at them.
 *
 * A path is absolute; a relative one counts from "/", there being no current directory. "."
 * and ".." are resolved in the text: "/a/link/.." is "/a" even where link is a symbolic link, and ".."
 * at "/" stays there. What is not a link's target is thus never looked at with ".." in it.
 */
#ifndef QJSP_FS_PATH_H
#define QJSP_FS_PATH_H

#include <qjspool/status.h>

enum {
    QJSP__NAME_MAX = 255,  /* bytes of one name, as most file systems have it */
    QJSP__PATH_MAX = 4096, /* bytes of a path with its NUL, as Linux has it */
};

typedef struct qjsp__path {
    size_t len;
    bool wants_directory;      /* it ended in a slash, or in a dot or two */
    char text[QJSP__PATH_MAX]; /* "/", or "/a/b" */
} qjsp__path;

/* -ENOENT: empty. -ENAMETOOLONG. -EINVAL: a NUL in it. */
int qjsp__path_parse(qjsp__path *out, qjsp_bytes raw);

/* Whether `path` is `dir` or below it. Both normal. */
bool qjsp__path_is_within(const char *path, const char *dir);

/* The last name of a path; "" for "/". */
const char *qjsp__path_last(const char *path);

#endif
