/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/setup.h"

#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/files.h"

uint32_t setup_workers(const options *opt)
{
    qjsp_pool_options defaults;

    if (opt->workers > QJSP_SCHED_MAX_WORKERS)
        return QJSP_SCHED_MAX_WORKERS;
    if (opt->workers > 0)
        return (uint32_t)opt->workers;
    qjsp_pool_options_init(&defaults);
    return defaults.workers;
}

int setup_failed(report *r, const char *what, qjsp_status status)
{
    if (status == QJSP_ERR_SYSTEM)
        report_error(r, "%s: %s", what, strerror(errno));
    else if (status == QJSP_ERR_NOMEM)
        report_error(r, "%s: out of memory", what);
    else
        report_error(r, "%s: %s", what, qjsp_status_name(status));
    return CLI_IO;
}

/* The prefix stands on the first line of the user's file, so that its lines keep their numbers. */
static bool read_bootstrap(qjsp_buffer *source, const options *opt, const setup_extra *extra,
                           report *r)
{
    size_t start;

    if (extra->prefix != NULL)
        qjsp_buffer_append(source, extra->prefix, strlen(extra->prefix));
    start = source->len;
    if (opt->bootstrap != NULL && !files_read(opt->bootstrap, source)) {
        report_error(r, "cannot read %s: %s", opt->bootstrap, strerror(errno));
        return false;
    }
    if (source->len - start >= 2 && memcmp(source->data + start, "#!", 2) == 0)
        memcpy(source->data + start, "//", 2);
    if (extra->suffix != NULL)
        qjsp_buffer_append(source, extra->suffix, strlen(extra->suffix));
    return true;
}

static void describe_isolate(qjsp_isolate_options *iso, const options *opt,
                             const setup_extra *extra)
{
    iso->memory_limit = (size_t)opt->memory;
    iso->stack_limit = (size_t)opt->stack;
    iso->isolation = opt->isolation;
    iso->has_seed = opt->has_seed;
    iso->seed = opt->seed;
    iso->has_clock = opt->has_clock;
    iso->clock_ms = opt->clock_ms;
    iso->globals = extra->globals;
    if (extra->value_limit > iso->result_limit)
        iso->result_limit = extra->value_limit;
    if (opt->globals != NULL) {
        iso->globals_json.data = (const uint8_t *)opt->globals;
        iso->globals_json.len = strlen(opt->globals);
    }
    if (extra->module != NULL) {
        iso->modules = extra->module;
        iso->nmodules = 1;
    }
}

/* Makes one realm and drops it: a pool tells of options that make none only when a task runs. */
static bool check_isolate(const qjsp_isolate_options *iso, const options *opt, report *r)
{
    qjsp_isolate_options probe = *iso;
    qjsp_isolate *isolate;
    qjsp_status status;

    probe.globals = (qjsp_bytes){ 0 };
    status = qjsp_isolate_new(&isolate, &probe);
    if (status == QJSP_OK)
        qjsp_isolate_free(isolate);
    else if (status == QJSP_ERR_INVALID)
        report_error(r, "--globals is not a JSON object: %s", opt->globals);
    else if (status == QJSP_ERR_LIMIT)
        report_error(r, "--memory is too small to hold a realm");
    else
        setup_failed(r, "cannot make a realm", status);
    return status == QJSP_OK;
}

int setup_pool(qjsp_pool **out, const options *opt, const setup_extra *extra, report *r)
{
    static const setup_extra nothing;
    qjsp_pool_options pool;
    qjsp_buffer bootstrap;
    qjsp_status status;
    mount_list mounts;
    int code = CLI_OK;

    if (extra == NULL)
        extra = &nothing;
    qjsp_pool_options_init(&pool);
    pool.workers = setup_workers(opt);
    pool.queue_limit = 0; /* the commands bound what is under way themselves */
    pool.timeout_ms = opt->timeout_ms;
    pool.on_console = console_print;
    pool.console_ud = r;
    pool.bootstrap_filename = opt->bootstrap;
    pool.functions = extra->function;
    pool.nfunctions = extra->function == NULL ? 0 : 1;
    describe_isolate(&pool.isolate, opt, extra);
    /* only where it can be needed: a realm is a good part of a cold start */
    if ((opt->globals != NULL || opt->memory < 8 << 20) && !check_isolate(&pool.isolate, opt, r))
        return CLI_USAGE;
    if (!mounts_open(&mounts, &opt->mounts, r))
        return CLI_IO;
    pool.isolate.mounts = mounts.items;
    pool.isolate.nmounts = mounts.n;

    qjsp_buffer_init(&bootstrap, NULL, pool.isolate.source_limit);
    if (!read_bootstrap(&bootstrap, opt, extra, r)) {
        code = CLI_IO;
    } else {
        pool.bootstrap = qjsp_buffer_peek(&bootstrap);
        status = bootstrap.status != QJSP_OK ? bootstrap.status : qjsp_pool_new(out, &pool);
        if (status != QJSP_OK)
            code = setup_failed(r, "cannot make a pool", status);
    }
    qjsp_buffer_fini(&bootstrap);
    mounts_close(&mounts); /* the pool has references of its own */
    return code;
}
