/* SPDX-License-Identifier: MIT */
/* Host functions of the conformance cases; tests/js/README.md lists them. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

void host_init(host *h)
{
    *h = (host){ .nnever = 0 };
    pthread_mutex_init(&h->lock, NULL);
    qjsp_buffer_init(&h->console, NULL, 0);
}

void host_fini(host *h)
{
    if (h->held != NULL)
        qjsp_call_return(h->held, (qjsp_bytes){ 0 });
    for (size_t i = 0; i < h->nnever; i++)
        qjsp_call_return(h->never[i], (qjsp_bytes){ 0 });
    qjsp_buffer_fini(&h->console);
    pthread_mutex_destroy(&h->lock);
}

/* The bytes of the n-th item of an array of arguments; empty: there is none. */
static qjsp_bytes argument(qjsp_bytes args, uint64_t n)
{
    qjsp_reader r;
    qjsp_token array;
    size_t begin;

    qjsp_reader_init(&r, args, 0);
    if (qjsp_reader_next(&r, &array) != QJSP_OK || n >= array.u.u64)
        return (qjsp_bytes){ 0 };
    while (n-- > 0) {
        if (qjsp_reader_skip(&r) != QJSP_OK)
            return (qjsp_bytes){ 0 };
    }
    begin = r.pos;
    if (qjsp_reader_skip(&r) != QJSP_OK)
        return (qjsp_bytes){ 0 };
    return (qjsp_bytes){ args.data + begin, r.pos - begin };
}

static void copy_text(qjsp_bytes value, char *out, size_t size)
{
    qjsp_reader r;
    qjsp_token text;
    size_t len;

    out[0] = '\0';
    qjsp_reader_init(&r, value, 0);
    if (qjsp_reader_next(&r, &text) != QJSP_OK || text.kind != QJSP_TOKEN_TEXT)
        return;
    len = text.u.bytes.len < size ? text.u.bytes.len : size - 1;
    memcpy(out, text.u.bytes.data, len);
    out[len] = '\0';
}

static void async_echo(void *ud, qjsp_call *call)
{
    host *h = ud;
    qjsp_call *held;

    pthread_mutex_lock(&h->lock);
    held = h->held;
    h->held = NULL;
    pthread_mutex_unlock(&h->lock);
    qjsp_call_return(call, argument(qjsp_call_peek_args(call), 0));
    if (held != NULL)
        qjsp_call_return(held, argument(qjsp_call_peek_args(held), 0));
}

static void async_args(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_return(call, qjsp_call_peek_args(call));
}

static void async_fail(void *ud, qjsp_call *call)
{
    char name[64], message[256];

    (void)ud;
    copy_text(argument(qjsp_call_peek_args(call), 0), name, sizeof name);
    copy_text(argument(qjsp_call_peek_args(call), 1), message, sizeof message);
    qjsp_call_throw(call, name, message);
}

static void async_never(void *ud, qjsp_call *call)
{
    host *h = ud;
    bool is_kept;

    pthread_mutex_lock(&h->lock);
    is_kept = h->nnever < sizeof h->never / sizeof h->never[0];
    if (is_kept)
        h->never[h->nnever++] = call;
    pthread_mutex_unlock(&h->lock);
    if (!is_kept)
        qjsp_call_return(call, (qjsp_bytes){ 0 });
}

static void async_later(void *ud, qjsp_call *call)
{
    host *h = ud;
    qjsp_call *held;

    pthread_mutex_lock(&h->lock);
    held = h->held;
    h->held = call;
    pthread_mutex_unlock(&h->lock);
    if (held != NULL)
        qjsp_call_return(held, argument(qjsp_call_peek_args(held), 0));
}

static qjsp_status sync_echo(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    qjsp_bytes value = argument(args, 0);

    (void)ud;
    qjsp_buffer_append(out, value.data, value.len);
    return QJSP_OK;
}

static qjsp_status sync_fail(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    char name[64], message[256];

    (void)ud;
    copy_text(argument(args, 0), name, sizeof name);
    copy_text(argument(args, 1), message, sizeof message);
    qjsp_write_error(out, name, message);
    return QJSP_ERR_EXCEPTION;
}

static void on_console(void *ud, qjsp_console_level level, qjsp_bytes args, uint64_t task,
                       uint32_t worker)
{
    static const char *const levels[] = { "log", "info", "warn", "error", "debug", "trace" };
    host *h = ud;

    (void)task;
    (void)worker;
    pthread_mutex_lock(&h->lock);
    qjsp_buffer_printf(&h->console, "%s ", levels[level]);
    if (qjsp_console_to_text(args, &h->console) != QJSP_OK)
        qjsp_buffer_printf(&h->console, "(unreadable)");
    qjsp_buffer_printf(&h->console, "\n");
    pthread_mutex_unlock(&h->lock);
}

void host_configure(host *h, qjsp_pool_options *opt)
{
    static qjsp_pool_function functions[] = {
        { .name = "host.echo", .start = async_echo },
        { .name = "host.args", .start = async_args },
        { .name = "host.fail", .start = async_fail },
        { .name = "host.never", .start = async_never },
        { .name = "host.later", .start = async_later },
        { .name = "hostSync.echo", .call = sync_echo },
        { .name = "hostSync.fail", .call = sync_fail },
    };
    enum { N = sizeof functions / sizeof functions[0] };

    for (size_t i = 0; i < N; i++)
        functions[i].ud = h;
    opt->functions = functions; /* copied by the pool before the next case */
    opt->nfunctions = N;
    opt->on_console = on_console;
    opt->console_ud = h;
}

char *host_take_console(host *h)
{
    char *text;

    pthread_mutex_lock(&h->lock);
    qjsp_buffer_append(&h->console, "", 1);
    text = (char *)h->console.data;
    h->console.data = NULL;
    h->console.len = h->console.cap = 0;
    pthread_mutex_unlock(&h->lock);
    return text;
}
