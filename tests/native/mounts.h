/* SPDX-License-Identifier: MIT */
/* What a conformance case mounts: its @mount settings, as memory or as folders of the host. */
#ifndef QJSP_TESTS_MOUNTS_H
#define QJSP_TESTS_MOUNTS_H

#include <qjspool/qjspool.h>

#include "case_file.h"

enum { CASE_MAX_MOUNTS = 8 };

typedef struct case_mounts {
    qjsp_mount items[CASE_MAX_MOUNTS];
    char *paths[CASE_MAX_MOUNTS];   /* owned */
    char *folders[CASE_MAX_MOUNTS]; /* owned; NULL: none */
    size_t n;
} case_mounts;

/* PATH [limit=BYTES] [of=PATH] [ro] */
void case_mounts_init(case_mounts *m, const test_case *c, qjsp_mount_kind kind);
void case_mounts_fini(case_mounts *m); /* after the pool is gone */

#endif
