/* SPDX-License-Identifier: MIT */
/*
 * The maps "exports" and "imports" of package.json: which target a name has (Node, ESM resolution
 * algorithm, PACKAGE_IMPORTS_EXPORTS_RESOLVE and PACKAGE_TARGET_RESOLVE). Text in, text out: looks at no file.
 */
#ifndef QJSP_ISOLATE_MODULES_EXPORTS_H
#define QJSP_ISOLATE_MODULES_EXPORTS_H

#include "isolate/modules/json.h"

enum { QJSP__TARGET_MAX = 4096 };

typedef enum qjsp__target_state {
    QJSP__TARGET_FOUND,
    QJSP__TARGET_NONE,          /* no key, no condition, or null */
    QJSP__TARGET_BAD_CONFIG,    /* the map itself is wrong */
    QJSP__TARGET_BAD_TARGET,    /* what it says leads out of the package, or is no path */
    QJSP__TARGET_BAD_SPECIFIER, /* what the pattern's * stands for does */
} qjsp__target_state;

typedef struct qjsp__target {
    bool by_require; /* which conditions hold */
    bool is_import;  /* of "imports": the target may be another package's name */
    char text
        [QJSP__TARGET_MAX]; /* "./file.js", from the package's folder; or the name of a package */
} qjsp__target;

/* subpath: "." or "./name". */
qjsp__target_state qjsp__exports_find(const qjsp__json *exports, const char *subpath,
                                      qjsp__target *target);
/* name: "#name". */
qjsp__target_state qjsp__imports_find(const qjsp__json *imports, const char *name,
                                      qjsp__target *target);

#endif
