/* SPDX-License-Identifier: MIT */
/* Errors as text. */
#include "value/error_text.h"

#include <string.h>

#include "value/leaf.h"
#include "value/quote.h"

/* Each line after the first begins with `indent` spaces. */
static void append_lines(qjsp_buffer *out, qjsp_bytes text, size_t indent)
{
    while (text.len > 0 && out->status == QJSP_OK) {
        const uint8_t *newline = memchr(text.data, '\n', text.len);
        size_t len = newline == NULL ? text.len : (size_t)(newline - text.data);

        qjsp__append_plain(out, (qjsp_bytes){ text.data, len });
        if (newline == NULL)
            return;
        qjsp_buffer_printf(out, "\n%*s", (int)indent, "");
        text.data += len + 1;
        text.len -= len + 1;
    }
}

static qjsp_bytes strip_newlines(qjsp_bytes text)
{
    while (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    return text;
}

static bool begins_with(qjsp_bytes text, qjsp_bytes start)
{
    return start.len > 0 && text.len >= start.len && memcmp(text.data, start.data, start.len) == 0;
}

static void append_head(qjsp_buffer *out, const qjsp__error *error, size_t indent)
{
    if (error->name.data == NULL)
        qjsp__append_cstr(out, "Error");
    else
        append_lines(out, error->name, indent);
    if (error->message.len == 0)
        return;
    qjsp__append_cstr(out, ": ");
    append_lines(out, error->message, indent);
}

void qjsp__append_error(qjsp_buffer *out, const qjsp__error *error, size_t indent)
{
    qjsp_bytes stack = strip_newlines(error->stack);

    if (stack.len == 0) {
        qjsp__append_cstr(out, "[");
        append_head(out, error, indent);
        qjsp__append_cstr(out, "]");
        return;
    }
    /* some engines begin the stack with the name and the message, ours does not */
    if (!begins_with(stack, error->name)) {
        append_head(out, error, indent);
        qjsp_buffer_printf(out, "\n%*s", (int)indent, "");
    }
    append_lines(out, stack, indent);
}
