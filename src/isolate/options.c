/* SPDX-License-Identifier: MIT */
/* Options of an isolate: defaults, checks, and a copy that the isolate owns. */
#include <math.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "isolate/isolate.h"

enum {
    MIN_MEMORY = 1 << 20,
    /* under this the engine cannot even parse */
    MIN_STACK = 64 * 1024,
    DEFAULT_DEPTH = 10000,
    MAX_NAME = 256,
};

void qjsp_isolate_options_init(qjsp_isolate_options *opt)
{
    *opt = (qjsp_isolate_options){
        .memory_limit = (size_t)64 << 20,
        .stack_limit = 512 * 1024,
        .source_limit = 16 << 20,
        .result_limit = 16 << 20,
        .console_limit = 64 * 1024,
        .depth_limit = DEFAULT_DEPTH,
        .timer_limit = 10000,
        .call_limit = 1024,
        .file_limit = 128,
        .code_cache_limit = 16 << 20,
    };
}

void qjsp_task_init(qjsp_task *task)
{
    *task = (qjsp_task){ .kind = QJSP_TASK_EVAL };
}

static bool is_identifier(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';

        if (!is_letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return len > 0 && len <= MAX_NAME;
}

static bool is_function_name(const char *name)
{
    const char *dot;

    if (name == NULL)
        return false;
    dot = strchr(name, '.');
    if (dot == NULL)
        return is_identifier(name, strlen(name));
    return is_identifier(name, (size_t)(dot - name)) && is_identifier(dot + 1, strlen(dot + 1));
}

qjsp_status qjsp__options_check(const qjsp_isolate_options *opt)
{
    if (opt->memory_limit < MIN_MEMORY || opt->stack_limit < MIN_STACK)
        return QJSP_ERR_INVALID;
    if (opt->isolation != QJSP_ISOLATION_TASK && opt->isolation != QJSP_ISOLATION_WORKER)
        return QJSP_ERR_INVALID;
    if (opt->has_clock && !(fabs(opt->clock_ms) <= 8.64e15))
        return QJSP_ERR_INVALID;
    for (size_t i = 0; i < opt->nhost_functions; i++) {
        if (opt->host_functions[i].name == NULL || (opt->host_functions[i].name[0] != '\0' &&
                                                    !is_function_name(opt->host_functions[i].name)))
            return QJSP_ERR_INVALID;
    }
    for (size_t i = 0; i < opt->nmodules; i++) {
        if (opt->modules[i].specifier == NULL)
            return QJSP_ERR_INVALID;
    }
    return opt->nmounts > 0 && opt->mounts == NULL ? QJSP_ERR_INVALID : QJSP_OK;
}

static bool copy_bytes(qjsp_bytes *to, qjsp_bytes from, const qjsp_alloc *alloc)
{
    uint8_t *data = qjsp__malloc(alloc, from.len + 1);

    if (data == NULL)
        return false;
    if (from.len > 0)
        memcpy(data, from.data, from.len);
    data[from.len] = 0; /* sources and JSON go to the engine as they are */
    *to = (qjsp_bytes){ data, from.len };
    return true;
}

static bool copy_string(const char **to, const char *from, const qjsp_alloc *alloc)
{
    size_t size = strlen(from) + 1;
    char *s = qjsp__malloc(alloc, size);

    if (s == NULL)
        return false;
    memcpy(s, from, size);
    *to = s;
    return true;
}

static bool copy_functions(qjsp_isolate_options *to, const qjsp_isolate_options *from,
                           const qjsp_alloc *alloc)
{
    qjsp_host_function *copy;

    if (from->nhost_functions == 0)
        return true;
    copy = qjsp__calloc(alloc, from->nhost_functions * sizeof *copy);
    if (copy == NULL)
        return false;
    to->host_functions = copy;
    to->nhost_functions = from->nhost_functions;
    for (size_t i = 0; i < from->nhost_functions; i++) {
        copy[i] = from->host_functions[i];
        copy[i].name = NULL; /* fini must not free the caller's */
    }
    for (size_t i = 0; i < from->nhost_functions; i++) {
        if (!copy_string(&copy[i].name, from->host_functions[i].name, alloc))
            return false;
    }
    return true;
}

static bool copy_modules(qjsp_isolate_options *to, const qjsp_isolate_options *from,
                         const qjsp_alloc *alloc)
{
    qjsp_module *copy;

    if (from->nmodules == 0)
        return true;
    copy = qjsp__calloc(alloc, from->nmodules * sizeof *copy);
    if (copy == NULL)
        return false;
    to->modules = copy;
    to->nmodules = from->nmodules;
    for (size_t i = 0; i < from->nmodules; i++) {
        if (!copy_string(&copy[i].specifier, from->modules[i].specifier, alloc) ||
            !copy_bytes(&copy[i].source, from->modules[i].source, alloc))
            return false;
    }
    return true;
}

qjsp_status qjsp__options_copy(qjsp_isolate_options *to, const qjsp_isolate_options *from,
                               const qjsp_alloc *alloc)
{
    *to = *from;
    to->globals = (qjsp_bytes){ 0 };
    to->globals_json = (qjsp_bytes){ 0 };
    to->host_functions = NULL;
    to->nhost_functions = 0;
    to->modules = NULL;
    to->nmodules = 0;
    to->mounts = NULL; /* src/fs has what is left of them */
    to->nmounts = 0;
    if (to->depth_limit == 0)
        to->depth_limit = DEFAULT_DEPTH;
    if ((from->globals.len > 0 && !copy_bytes(&to->globals, from->globals, alloc)) ||
        (from->globals_json.len > 0 && !copy_bytes(&to->globals_json, from->globals_json, alloc)) ||
        !copy_functions(to, from, alloc) || !copy_modules(to, from, alloc)) {
        qjsp__options_fini(to, alloc);
        return QJSP_ERR_NOMEM;
    }
    return QJSP_OK;
}

/* What the copy owns is const for everyone but its owner. */
static void free_const(const qjsp_alloc *alloc, const void *ptr)
{
    qjsp__free(alloc, (void *)(uintptr_t)ptr);
}

void qjsp__options_fini(qjsp_isolate_options *opt, const qjsp_alloc *alloc)
{
    free_const(alloc, opt->globals.data);
    free_const(alloc, opt->globals_json.data);
    for (size_t i = 0; i < opt->nhost_functions; i++)
        free_const(alloc, opt->host_functions[i].name);
    free_const(alloc, opt->host_functions);
    for (size_t i = 0; i < opt->nmodules; i++) {
        free_const(alloc, opt->modules[i].specifier);
        free_const(alloc, opt->modules[i].source.data);
    }
    free_const(alloc, opt->modules);
    opt->globals = opt->globals_json = (qjsp_bytes){ 0 };
    opt->host_functions = NULL;
    opt->nhost_functions = 0;
    opt->modules = NULL;
    opt->nmodules = 0;
}
