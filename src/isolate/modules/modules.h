/* SPDX-License-Identifier: MIT */
/*
 * Modules: where they come from, what they are made into, and who may see whom.
 *
 * A specifier is looked for in the table of the options, among modules of our own (std, fs, ...), in
 * mounted files by Node's rules, and by the host's callback, in this order.
 *
 * The engine's hooks are loader.c. Two facts of the engine shape it. When a module that it is
 * loading cannot get one of its imports, the engine frees it although others may point to it. So
 * inside of a load nothing ever fails: what is missing is a stand-in, the error is kept, the load is
 * carried to its end and its modules are refused from then on, with that error. Where the engine fails by
 * itself all the same (no memory), the realm loads no module any more. And no guest code runs inside of a
 * load, so there is never a half-loaded graph that a guest can reach.
 *
 * The host's half is qjsp__modules; the guest's, qjsp__realm_modules, lies in the region.
 */
#ifndef QJSP_ISOLATE_MODULES_MODULES_H
#define QJSP_ISOLATE_MODULES_MODULES_H

#include "isolate/isolate.h"
#include "isolate/modules/code_cache.h"
#include "isolate/modules/resolve.h"

typedef struct qjsp__modules {
    qjsp__resolver resolver; /* used where something is mounted */
    qjsp__code_cache cache;
    qjsp_buffer message; /* of an error that is being made */
    uint32_t importer;   /* the last one, of the name that isolate.importer has; or NO_MODULE */
    uint32_t depth;      /* loads of the engine that we are inside */
} qjsp__modules;

/* Where a specifier leads. */
typedef struct qjsp__place {
    qjsp__module_origin origin;
    char *name;        /* js_malloc */
    uint32_t path_len; /* of a file */
    uint32_t index;    /* of the table */
} qjsp__place;

/* ---- life: loader.c ---- */

QJSP_NODISCARD qjsp_status qjsp__modules_new(qjsp_isolate *iso);
/* Closes files; memory goes with the isolate's tracker. */
void qjsp__modules_free(qjsp_isolate *iso);
void qjsp__modules_install(qjsp_isolate *iso);
void qjsp__modules_begin_task(qjsp_isolate *iso);
/* Files may change until the next task. A realm that lives on after it ran out of memory loads no
 * more modules. */
void qjsp__modules_end_task(qjsp_isolate *iso);

/* ---- loading: loader.c ---- */

/* Compiles the task's own source as a module, and loads what it imports. NULL: an exception. */
JSModuleDef *qjsp__modules_load_task(qjsp_isolate *iso);
/* The ES module that a place is, loaded with all that it imports. QJSP__NO_MODULE: an exception. */
uint32_t qjsp__modules_load_place(qjsp_isolate *iso, const qjsp__place *place);
/* A module of this text, of which all imports are loaded already. NULL: an exception is pending. */
JSModuleDef *qjsp__modules_load_text(qjsp_isolate *iso, const char *name, const char *text);

/* ---- making: make.c ---- */

/* The module of an entry whose place is known. NULL: an exception is pending. */
JSModuleDef *qjsp__module_make(qjsp_isolate *iso, uint32_t at, const char *name);

/* ---- where from: locate.c ---- */

/* importer: the name of a module or script. False: an exception is pending; where something was looked for
 * and is not there, it says who wanted it and what was tried. */
bool qjsp__module_locate(qjsp_isolate *iso, const char *importer, const char *specifier,
                         bool by_require, qjsp__place *out);
/* Throws that it is not there; reason may be "". */
void qjsp__module_throw_not_found(qjsp_isolate *iso, const char *specifier, const char *importer,
                                  const char *reason, bool by_require);
/* Whether this is the name of a file of a mount, as far as names tell, and its path. */
bool qjsp__module_is_file(qjsp_isolate *iso, const char *name, size_t *path_len);

/* ---- what it is: source.c ---- */

typedef enum qjsp__file_kind {
    QJSP__FILE_ESM,
    QJSP__FILE_CJS,
    QJSP__FILE_JSON,
    QJSP__FILE_UNSURE, /* the source will tell */
    QJSP__FILE_UNKNOWN,
} qjsp__file_kind;

/* Bytes in the guest's memory, a NUL behind them. */
typedef struct qjsp__source {
    char *text; /* js_malloc; NULL: none */
    size_t len;
} qjsp__source;

/* Of the extension and the nearest package.json. False: an exception is pending. */
bool qjsp__file_kind_of(qjsp_isolate *iso, const char *path, qjsp__file_kind *kind);
/* Reads a file; types are stripped from TypeScript's. False: an exception is pending. */
bool qjsp__source_read(qjsp_isolate *iso, const char *path, bool is_code, qjsp__source *out);
void qjsp__source_fini(JSContext *ctx, qjsp__source *source);

/* ---- code: compile.c ---- */

/* A module of this source, new or from the cache. NULL: an exception is pending. */
JSModuleDef *qjsp__compile_module(qjsp_isolate *iso, const char *name, const char *text,
                                  size_t len);
/* The function of a CommonJS module: (exports, require, module, __filename, __dirname). */
JSValue qjsp__compile_commonjs(qjsp_isolate *iso, const char *path, const qjsp__source *source);
/* What a file of kind UNSURE is. */
qjsp__file_kind qjsp__kind_of_source(qjsp_isolate *iso, const char *path,
                                     const qjsp__source *source);

/* ---- CommonJS: commonjs.c, commonjs_names.c, require.c ---- */

/* An ES module whose exports are those of the CommonJS file. */
JSModuleDef *qjsp__commonjs_module(qjsp_isolate *iso, const char *name, const char *path,
                                   const qjsp__source *source);
/* Runs the file (CJS or JSON) unless that was done, and returns its module.exports. */
JSValue qjsp__commonjs_run(JSContext *ctx, const char *path, qjsp__file_kind kind);
/* A require() for code that lies at this path. */
JSValue qjsp__require_new(JSContext *ctx, const char *path);
/* The names that a CommonJS module exports, as far as its text tells, each with a NUL behind it;
 * names of other modules that it exports all of follow. False: no memory. */
bool qjsp__commonjs_names(qjsp_bytes source, qjsp_buffer *names, qjsp_buffer *reexports);

/* ---- modules of our own: builtins.c ---- */

bool qjsp__builtin_exists(const qjsp_isolate *iso, const char *name);
/* Both want a name that exists. The default export of the module: */
JSValue qjsp__builtin_object(JSContext *ctx, const char *name);
JSModuleDef *qjsp__builtin_module(JSContext *ctx, const char *name);

/* require.c: the table of the module "module". */
enum { QJSP__NMODULE = 2 };
extern const JSCFunctionListEntry qjsp__module_entries[QJSP__NMODULE];

/* ---- import.meta: meta.c ---- */

bool qjsp__module_set_meta(JSContext *ctx, JSModuleDef *module, const char *name, bool is_main);

/* ---- errors: error.c ---- */

typedef enum qjsp__error_class {
    QJSP__REFERENCE_ERROR,
    QJSP__TYPE_ERROR,
    QJSP__PLAIN_ERROR,
} qjsp__error_class;

/* Throws an error of any length with a code (NULL: none). */
void qjsp__module_throw(JSContext *ctx, qjsp__error_class error_class, const char *code,
                        const char *format, ...)
#if defined(__GNUC__) || defined(__clang__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;

#endif
