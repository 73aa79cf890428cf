/* SPDX-License-Identifier: MIT */
/*
 * What was compiled from files, kept from task to task: the engine's own bytes for a name and a
 * source, and other things that were learned from that source.
 *
 * Host memory, out of reach of the guest and of what a restore brings back. An entry is for one
 * name and exactly one source, of which it has a copy: bytes are compared, not hashes of them. What
 * was used longest ago goes first. Knows no engine. One thread.
 */
#ifndef QJSP_ISOLATE_MODULES_CODE_CACHE_H
#define QJSP_ISOLATE_MODULES_CODE_CACHE_H

#include <qjspool/status.h>

#include "base/list.h"

/* What is kept of a source. */
typedef enum qjsp__code_form {
    QJSP__CODE_MODULE,   /* an ES module, compiled */
    QJSP__CODE_COMMONJS, /* the function of a CommonJS module, compiled */
    QJSP__CODE_NAMES,    /* what it exports, see qjsp__commonjs_names */
    QJSP__CODE_KIND,     /* a byte: which of the two it is */
    QJSP__CODE_FORMS,
} qjsp__code_form;

enum { QJSP__CODE_BUCKETS = 1024 };

typedef struct qjsp__code_entry qjsp__code_entry;

typedef struct qjsp__code_cache {
    const qjsp_alloc *alloc;
    size_t limit; /* bytes; 0: nothing is kept */
    size_t used;
    uint32_t seed;
    qjsp__code_entry **buckets; /* made with the first entry */
    qjsp__list entries;         /* the least recently used one first */
} qjsp__code_cache;

/* seed: of hashes, so that no guest can choose names that collide. */
void qjsp__code_cache_init(qjsp__code_cache *c, size_t limit, uint32_t seed,
                           const qjsp_alloc *alloc);
void qjsp__code_cache_fini(qjsp__code_cache *c);

/* Empty: not there. Borrowed until the next put. */
qjsp_bytes qjsp__code_cache_find(qjsp__code_cache *c, const char *name, qjsp_bytes source,
                                 qjsp__code_form form);
/* Copies; where there is no room or no memory, nothing happens. An entry of that name and another source goes. */
void qjsp__code_cache_put(qjsp__code_cache *c, const char *name, qjsp_bytes source,
                          qjsp__code_form form, qjsp_bytes code);

#endif
