/* SPDX-License-Identifier: MIT */
/*
 * What stands between a guest and the user's functions: none of them is called
 * once the worker is abandoned, for then its pool may be gone, and with it
 * whatever the functions use.
 */
#include "pool/drive.h"

void qjsp__hooks_init(qjsp__worker *w)
{
    for (uint32_t i = 0; i < w->config->opt.nfunctions; i++)
        w->hooks[i] = (qjsp__hook){ .worker = w, .index = i };
}

bool qjsp__hooks_may_call(qjsp__worker *w)
{
    bool may;

    pthread_mutex_lock(&w->lock);
    may = !w->is_abandoned;
    pthread_mutex_unlock(&w->lock);
    return may;
}

static qjsp_status call_hook(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    const qjsp__hook *hook = ud;
    const qjsp_pool_function *fn = &hook->worker->config->opt.functions[hook->index];

    if (!qjsp__hooks_may_call(hook->worker))
        return QJSP_ERR_CLOSED;
    return fn->call(fn->ud, args, out);
}

static void console_hook(void *ud, qjsp_console_level level, qjsp_bytes args)
{
    qjsp__worker *w = ud;
    const qjsp_pool_options *opt = &w->config->opt;

    if (qjsp__hooks_may_call(w))
        opt->on_console(opt->console_ud, level, args, w->task_id, (uint32_t)w->node.id);
}

static qjsp_status module_hook(void *ud, const char *specifier, const char *importer,
                               qjsp_buffer *out)
{
    qjsp__worker *w = ud;
    const qjsp_isolate_options *opt = &w->config->opt.isolate;

    if (!qjsp__hooks_may_call(w))
        return QJSP_ERR_CLOSED;
    return opt->find_module(opt->module_ud, specifier, importer, out);
}

void qjsp__hooks_apply(qjsp__worker *w, qjsp_isolate_options *opt, qjsp_host_function *functions)
{
    const qjsp_pool_options *pool = &w->config->opt;

    for (size_t i = 0; i < pool->nfunctions; i++) {
        functions[i] = (qjsp_host_function){
            .name = pool->functions[i].name,
            .call = pool->functions[i].call == NULL ? NULL : call_hook,
            .ud = &w->hooks[i],
        };
    }
    opt->host_functions = functions;
    opt->nhost_functions = pool->nfunctions;
    opt->on_console = pool->on_console == NULL ? NULL : console_hook;
    opt->console_ud = w;
    opt->find_module = pool->isolate.find_module == NULL ? NULL : module_hook;
    opt->module_ud = w;
}
