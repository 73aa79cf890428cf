/* SPDX-License-Identifier: MIT */
/* The values of --mount, and the stores behind them. */
#ifndef QJSP_CLI_MOUNTS_H
#define QJSP_CLI_MOUNTS_H

#include <qjspool/files.h>

#include "cli/report.h"

enum { MAX_MOUNTS = 16 };

typedef struct mount_list {
    qjsp_mount items[MAX_MOUNTS]; /* texts are borrowed of the command line */
    size_t n;
} mount_list;

/*
 * mounts_add reads PATH=DIR, PATH=DIR:ro, or PATH=memory[:SIZE]; the text is cut up where it is.
 * NULL: it is in the list. Otherwise what is wrong with it, static storage.
 */
const char *mounts_add(mount_list *list, char *text);

/*
 * mounts_open opens the directories of the list into `out`, each a store of its own, to be given
 * back by mounts_close. False: it said which cannot be mounted, and why.
 */
bool mounts_open(mount_list *out, const mount_list *list, report *r);
void mounts_close(mount_list *list);

#endif
