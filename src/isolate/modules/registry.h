/* SPDX-License-Identifier: MIT */
/*
 * The modules of a realm: which there are, what each of them is, and who imports whom. The engine
 * has a list too, but tells nobody what is in it.
 *
 * It lies in the guest's memory and goes with the realm. A module is told by its name and the type
 * that it was imported as. Entries are never removed and are known by their numbers.
 */
#ifndef QJSP_ISOLATE_MODULES_REGISTRY_H
#define QJSP_ISOLATE_MODULES_REGISTRY_H

#include <quickjs.h>

typedef enum qjsp__module_type {
    QJSP__AS_CODE, /* no attribute */
    QJSP__AS_JSON,
    QJSP__AS_TEXT,
    QJSP__AS_BYTES,
} qjsp__module_type;

typedef enum qjsp__module_origin {
    QJSP__FROM_NOWHERE,
    QJSP__FROM_TABLE,   /* of the options */
    QJSP__FROM_BUILTIN, /* std, os, fs, module */
    QJSP__FROM_FILE,
    QJSP__FROM_HOST, /* the callback */
    QJSP__FROM_TASK, /* the task's own source */
} qjsp__module_origin;

typedef enum qjsp__module_state {
    QJSP__MODULE_NEW,
    QJSP__MODULE_LOADING,
    QJSP__MODULE_LOADED,
    QJSP__MODULE_FAILED, /* for good: error says why */
} qjsp__module_state;

typedef struct qjsp__module_entry {
    JSAtom name;
    uint8_t type;                /* qjsp__module_type */
    uint8_t origin;              /* qjsp__module_origin */
    uint8_t state;               /* qjsp__module_state */
    bool has_attributes;         /* an import of it has some */
    bool has_asked;              /* it asked for a module, so others may know it already */
    bool is_failing;             /* in this load */
    bool is_marked;              /* of a walk */
    uint32_t path_len;           /* of a file: bytes of the name that are its path */
    uint32_t index;              /* in the table of the options */
    uint32_t batch;              /* which load it came with */
    int32_t first_out, first_in; /* edges; -1: none */
    JSModuleDef *def;            /* once loaded */
    JSValue error;
} qjsp__module_entry;

typedef struct qjsp__module_edge {
    uint32_t from, to;
    int32_t next_out, next_in;
} qjsp__module_edge;

typedef struct qjsp__registry {
    qjsp__module_entry *entries;
    uint32_t n, cap;
    qjsp__module_edge *edges;
    uint32_t nedges, edges_cap;
    uint32_t *slots; /* hash of name and type: index + 1; 0: free */
    uint32_t nslots; /* a power of two */
} qjsp__registry;

/* What a realm has of modules. */
typedef struct qjsp__realm_modules {
    qjsp__registry registry;
    bool is_closed;  /* no module is loaded any more */
    bool has_failed; /* the load that is under way; error says why */
    JSValue error;
    uint32_t batch;   /* the load that is under way, or the last one */
    uint32_t nleft;   /* modules that loads which failed have left loaded */
    JSValue commonjs; /* object: path to `module`; JS_UNDEFINED until it is needed, like the next */
    JSValue builtins; /* object: name to default export */
} qjsp__realm_modules;

enum { QJSP__NO_MODULE = UINT32_MAX };

uint32_t qjsp__registry_find(const qjsp__registry *g, JSAtom name, qjsp__module_type type);
/* Finds it or makes a NEW one. QJSP__NO_MODULE: an exception is pending. */
uint32_t qjsp__registry_add(JSContext *ctx, qjsp__registry *g, JSAtom name, qjsp__module_type type);
/* False: an exception is pending. */
bool qjsp__registry_connect(JSContext *ctx, qjsp__registry *g, uint32_t from, uint32_t to);

/*
 * Marks what `from` reaches, itself included, along imports or (backwards) along importers.
 * False: an exception is pending. Marks stay until the next walk.
 */
bool qjsp__registry_walk(JSContext *ctx, qjsp__registry *g, const uint32_t *from, uint32_t nfrom,
                         bool backwards);

#endif
