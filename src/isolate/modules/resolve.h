/* SPDX-License-Identifier: MIT */
/*
 * From a specifier to a file, by Node's rules: relative names, absolute ones, file: URLs, packages
 * in folders node_modules with "exports", "imports" and "main". Looks at files through the mounts,
 * in host memory, and runs nothing of the guest's. Knows no engine. One thread.
 */
#ifndef QJSP_ISOLATE_MODULES_RESOLVE_H
#define QJSP_ISOLATE_MODULES_RESOLVE_H

#include "isolate/modules/memo.h"
#include "isolate/modules/package.h"

typedef enum qjsp__resolve_state {
    QJSP__RESOLVED,      /* found */
    QJSP__RESOLVE_OTHER, /* it stands for what is found, the name of a package or builtin module */
    QJSP__RESOLVE_NONE,  /* there is no such file or package; others may know it */
    QJSP__RESOLVE_ERROR, /* code and problem say what is wrong */
    QJSP__RESOLVE_NOMEM,
} qjsp__resolve_state;

/* A file that was opened to see whether it is there: whoever reads it next need not look again. */
typedef struct qjsp__opened {
    qjsp_store *store; /* borrowed of the mount; NULL: none */
    int handle;
    uint64_t size;
} qjsp__opened;

typedef struct qjsp__resolver {
    const qjsp__mounts *mounts;
    const qjsp_alloc *alloc;
    qjsp__packages packages;
    qjsp__memo memo; /* what was found, and folders without links */
    /* of the last call */
    qjsp_buffer found;   /* absolute, without links, and the specifier's ?suffix; NUL behind it */
    size_t path_len;     /* of it, without the suffix */
    qjsp_buffer tried;   /* paths, ", " between them */
    qjsp_buffer problem; /* a sentence */
    const char *code;    /* as Node has it; static */
    qjsp__opened opened; /* what was found, where that is quick */
} qjsp__resolver;

void qjsp__resolver_init(qjsp__resolver *r, const qjsp__mounts *mounts, const qjsp_alloc *alloc);
void qjsp__resolver_fini(qjsp__resolver *r);
/* Forgets what was found and what package.json files say; tasks begin with it. */
void qjsp__resolver_forget(qjsp__resolver *r);

/* Takes the file that was opened, if it is this one; .store NULL: it is not. */
qjsp__opened qjsp__resolver_take_opened(qjsp__resolver *r, const char *path);

/* importer: the absolute path of the file that asks, or "/" for code that lies nowhere. */
qjsp__resolve_state qjsp__resolve(qjsp__resolver *r, const char *specifier, qjsp_bytes importer,
                                  bool by_require);

#endif
