/* SPDX-License-Identifier: MIT */
/* Checking and copying of a pool's options. */
#define _GNU_SOURCE
#include "pool/config.h"

#include <sched.h>
#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/pack.h"
#include "pool/stores.h"

enum { DEFAULT_QUEUE_LIMIT = 65536, DEFAULT_GRACE_MS = 100 };

/* A container's share of the CPUs, not the machine's. */
static uint32_t count_cpus(void)
{
    cpu_set_t set;
    int n;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    n = CPU_COUNT(&set);
    if (n < 1)
        return 1;
    return n > QJSP_SCHED_MAX_WORKERS ? QJSP_SCHED_MAX_WORKERS : (uint32_t)n;
}

void qjsp_pool_options_init(qjsp_pool_options *opt)
{
    *opt = (qjsp_pool_options){
        .workers = count_cpus(),
        .queue_limit = DEFAULT_QUEUE_LIMIT,
        .grace_ms = DEFAULT_GRACE_MS,
    };
    qjsp_isolate_options_init(&opt->isolate);
}

static bool is_bytes_valid(qjsp_bytes bytes)
{
    return bytes.data != NULL || bytes.len == 0;
}

static bool is_functions_valid(const qjsp_pool_options *opt)
{
    if (opt->functions == NULL)
        return opt->nfunctions == 0;
    for (size_t i = 0; i < opt->nfunctions; i++) {
        const qjsp_pool_function *fn = &opt->functions[i];

        if (fn->name == NULL || (fn->call == NULL) == (fn->start == NULL))
            return false;
    }
    return true;
}

static bool is_modules_valid(const qjsp_isolate_options *iso)
{
    if (iso->modules == NULL)
        return iso->nmodules == 0;
    for (size_t i = 0; i < iso->nmodules; i++) {
        if (iso->modules[i].specifier == NULL || !is_bytes_valid(iso->modules[i].source))
            return false;
    }
    return true;
}

static bool is_mounts_valid(const qjsp_isolate_options *iso)
{
    if (iso->mounts == NULL)
        return iso->nmounts == 0;
    return qjsp_mounts_check(iso->mounts, iso->nmounts) == QJSP_OK;
}

static bool is_valid(const qjsp_pool_options *opt)
{
    return opt->workers >= 1 && opt->workers <= QJSP_SCHED_MAX_WORKERS &&
           opt->min_workers <= opt->workers && opt->prewarm <= opt->workers &&
           is_bytes_valid(opt->bootstrap) && is_bytes_valid(opt->isolate.globals) &&
           is_bytes_valid(opt->isolate.globals_json) && is_functions_valid(opt) &&
           is_modules_valid(&opt->isolate) && is_mounts_valid(&opt->isolate);
}

static const qjsp_module *pack_modules(qjsp__pack *pack, const qjsp_isolate_options *iso)
{
    qjsp_module *to = qjsp__pack_array(pack, iso->nmodules, sizeof *to);

    for (size_t i = 0; i < iso->nmodules; i++) {
        const char *specifier = qjsp__pack_string(pack, iso->modules[i].specifier);
        qjsp_bytes source = qjsp__pack_bytes(pack, iso->modules[i].source);

        if (to != NULL)
            to[i] = (qjsp_module){ .specifier = specifier, .source = source };
    }
    return to;
}

/* With the stores that the caller gave, which qjsp__stores_open refers to or replaces. */
static qjsp_mount *pack_mounts(qjsp__pack *pack, const qjsp_isolate_options *iso)
{
    qjsp_mount *to = qjsp__pack_array(pack, iso->nmounts, sizeof *to);

    for (size_t i = 0; i < iso->nmounts; i++) {
        const char *path = qjsp__pack_string(pack, iso->mounts[i].path);
        const char *directory = qjsp__pack_string(pack, iso->mounts[i].directory);

        if (to != NULL) {
            to[i] = iso->mounts[i];
            to[i].path = path;
            to[i].directory = directory;
        }
    }
    return to;
}

static const qjsp_pool_function *pack_functions(qjsp__pack *pack, const qjsp_pool_options *opt)
{
    qjsp_pool_function *to = qjsp__pack_array(pack, opt->nfunctions, sizeof *to);

    for (size_t i = 0; i < opt->nfunctions; i++) {
        const char *name = qjsp__pack_string(pack, opt->functions[i].name);

        if (to != NULL) {
            to[i] = opt->functions[i];
            to[i].name = name;
        }
    }
    return to;
}

/* Runs twice: to measure, and to copy. */
static void pack_options(qjsp__pack *pack, const qjsp_pool_options *from, qjsp_pool_options *to,
                         qjsp_mount **mounts)
{
    *to = *from;
    to->functions = pack_functions(pack, from);
    to->isolate.modules = pack_modules(pack, &from->isolate);
    to->isolate.mounts = *mounts = pack_mounts(pack, &from->isolate);
    to->isolate.globals = qjsp__pack_bytes(pack, from->isolate.globals);
    to->isolate.globals_json = qjsp__pack_bytes(pack, from->isolate.globals_json);
    to->bootstrap = qjsp__pack_bytes(pack, from->bootstrap);
    to->bootstrap_filename = qjsp__pack_string(
        pack, from->bootstrap_filename == NULL ? "bootstrap.js" : from->bootstrap_filename);
}

qjsp_status qjsp__config_new(qjsp__config **out, const qjsp_pool_options *opt)
{
    const qjsp_alloc *alloc = opt->alloc == NULL ? qjsp_alloc_default() : opt->alloc;
    qjsp_pool_options measured;
    qjsp__pack pack = { 0 };
    qjsp__config *config;
    qjsp_mount *mounts;
    qjsp_status st;
    size_t size;

    if (!is_valid(opt))
        return QJSP_ERR_INVALID;
    pack_options(&pack, opt, &measured, &mounts);
    if (!qjsp__pack_total(&pack, sizeof *config, &size))
        return QJSP_ERR_NOMEM;
    config = qjsp__malloc(alloc, size);
    if (config == NULL)
        return QJSP_ERR_NOMEM;
    atomic_init(&config->refs, 1);
    config->alloc = alloc;
    pack = qjsp__pack_into(config + 1);
    pack_options(&pack, opt, &config->opt, &config->mounts);
    config->opt.alloc = alloc;
    if (config->opt.isolate.alloc == NULL)
        config->opt.isolate.alloc = alloc;
    st = qjsp__stores_open(config->mounts, opt->isolate.nmounts, alloc);
    if (st != QJSP_OK) {
        qjsp__free(alloc, config);
        return st;
    }
    *out = config;
    return QJSP_OK;
}

void qjsp__config_ref(qjsp__config *config)
{
    atomic_fetch_add_explicit(&config->refs, 1, memory_order_relaxed);
}

void qjsp__config_unref(qjsp__config *config)
{
    if (config == NULL || atomic_fetch_sub_explicit(&config->refs, 1, memory_order_acq_rel) != 1)
        return;
    qjsp__stores_close(config->mounts, config->opt.isolate.nmounts);
    qjsp__free(config->alloc, config);
}
