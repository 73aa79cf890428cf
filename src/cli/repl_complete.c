/* SPDX-License-Identifier: MIT */
/* Names for the Tab key: the guest finds them, without running anything of its code. */
#include <qjspool/value.h>
#include <string.h>

#include "cli/repl.h"

enum { TIMEOUT_MS = 500, MAX_NAME = 100, MAX_LINE = 4096 };

/* Nothing that comes from the guest is believed: a name continues what was typed, and is text that can be
 * shown. */
static void append_name(qjsp_buffer *out, qjsp_bytes name, const char *typed, size_t len)
{
    if (name.len < len || name.len > MAX_NAME || name.len == 0 ||
        memcmp(name.data, typed, len) != 0 || !text_is_harmless(name.data, name.len))
        return;
    qjsp_buffer_append(out, name.data, name.len);
    qjsp_buffer_append(out, "", 1);
}

/* The first text says how much of the end of the line the others replace. */
static size_t read_names(qjsp_bytes value, const char *before, size_t len, qjsp_buffer *out)
{
    qjsp_reader r;
    qjsp_token token;
    size_t typed;
    uint64_t n;

    qjsp_reader_init(&r, value, 0);
    if (qjsp_reader_next(&r, &token) != QJSP_OK || token.kind != QJSP_TOKEN_ARRAY ||
        token.u.u64 == 0)
        return 0;
    n = token.u.u64 - 1;
    if (qjsp_reader_next(&r, &token) != QJSP_OK || token.kind != QJSP_TOKEN_TEXT)
        return 0;
    typed = token.u.bytes.len;
    if (typed > len)
        return 0;
    for (; n > 0; n--) {
        if (qjsp_reader_next(&r, &token) != QJSP_OK || token.kind != QJSP_TOKEN_TEXT)
            break;
        append_name(out, token.u.bytes, before + len - typed, typed);
    }
    return typed;
}

size_t repl_complete(void *ud, const char *before, size_t len, qjsp_buffer *out)
{
    repl *c = ud;
    repl_task task = { .filename = "repl", .what = "complete", .timeout_ms = TIMEOUT_MS };
    size_t from = len > MAX_LINE ? len - MAX_LINE : 0, typed = 0;
    qjsp_result *result;

    if (before[0] == '.' && memchr(before, ' ', len) == NULL && (len < 2 || before[1] > '9')) {
        repl_command_names(before, len, out);
        return len;
    }
    task.text = (qjsp_bytes){ (const uint8_t *)before + from, len - from };
    result = repl_session_run(&c->session, &task);
    if (result != NULL && result->status == QJSP_OK)
        typed = read_names(result->value, before, len, out);
    qjsp_result_free(result);
    return typed;
}
