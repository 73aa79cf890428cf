/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/repl_error.h"

#include <qjspool/value.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN = 72,       /* characters of the line */
    MAX_TEXT = 20000, /* bytes of a message or stack */
};

void repl_sources_add(repl_sources *list, const char *name, qjsp_bytes text, unsigned shift)
{
    repl_source *at = &list->items[list->next];

    if (text.len > REPL_SOURCE_BYTES)
        return;
    free(at->name);
    free(at->text);
    *at = (repl_source){ .name = strdup(name), .text = malloc(text.len + 1), .shift = shift };
    if (at->name == NULL || at->text == NULL) {
        free(at->name);
        free(at->text);
        *at = (repl_source){ 0 };
        return;
    }
    memcpy(at->text, text.data, text.len);
    at->text[text.len] = 0;
    list->next = (list->next + 1) % REPL_SOURCES;
}

void repl_sources_fini(repl_sources *list)
{
    for (unsigned i = 0; i < REPL_SOURCES; i++) {
        free(list->items[i].name);
        free(list->items[i].text);
    }
    *list = (repl_sources){ 0 };
}

typedef struct place {
    const repl_source *source;
    unsigned long line;
    unsigned long column; /* from 1 */
} place;

/* "NAME:LINE:COLUMN" within a line of a stack. */
static bool read_place(const char *line, size_t len, const repl_source *source, place *out)
{
    size_t n = strlen(source->name);

    for (size_t i = 0; i + n < len; i++) {
        char *end;

        if (memcmp(line + i, source->name, n) != 0 || line[i + n] != ':' ||
            (i > 0 && line[i - 1] != '(' && line[i - 1] != ' '))
            continue;
        out->line = strtoul(line + i + n + 1, &end, 10);
        if (*end != ':')
            continue;
        out->column = strtoul(end + 1, &end, 10);
        out->source = source;
        return out->line > 0 && out->column > 0;
    }
    return false;
}

/* The newest source of the name: a file may have been loaded twice. */
static bool find_place(const char *stack, const repl_sources *list, place *out)
{
    for (const char *line = stack; *line != 0;) {
        size_t len = strcspn(line, "\n");

        for (unsigned i = 1; i <= REPL_SOURCES; i++) {
            const repl_source *source =
                &list->items[(list->next + REPL_SOURCES - i) % REPL_SOURCES];

            if (source->name != NULL && read_place(line, len, source, out))
                return true;
        }
        line += len + (line[len] != 0);
    }
    return false;
}

static const char *line_of(const char *text, unsigned long line)
{
    while (--line > 0) {
        text = strchr(text, '\n');
        if (text == NULL)
            return NULL;
        text++;
    }
    return text;
}

/* Bytes of the first n characters. */
static size_t bytes_of(const char *text, size_t len, size_t n)
{
    size_t i = 0;

    while (i < len && n > 0) {
        i++;
        while (i < len && ((unsigned char)text[i] & 0xc0) == 0x80)
            i++;
        n--;
    }
    return i;
}

/* The line, or the part of it around the column, and a caret. What is not ASCII may be wide or
 * narrow: the caret then stands near the place. */
static void append_place(qjsp_buffer *out, const place *at, text_mode mode)
{
    const char *line = line_of(at->source->text, at->line);
    unsigned long column = at->column - 1, from = 0;
    char number[32];
    qjsp_buffer head;
    size_t len, start;

    if (line == NULL)
        return;
    if (at->line == 1)
        column -= column < at->source->shift ? column : at->source->shift;
    len = strcspn(line, "\r\n");
    if (column > len)
        column = len;
    if (column > SHOWN - 16)
        from = column - SHOWN / 2;
    start = bytes_of(line, len, from);
    len = bytes_of(line + start, len - start, SHOWN);
    qjsp_buffer_init(&head, NULL, 0);
    for (size_t i = 0; i < len; i++) /* a tab is one column */
        qjsp_buffer_append(&head, line[start + i] == '\t' ? " " : line + start + i, 1);
    snprintf(number, sizeof number, "%5lu | %s", at->line, from > 0 ? "..." : "");
    text_append_style(out, 'g', mode);
    qjsp_buffer_append(out, number, strlen(number));
    text_append_style(out, 'z', mode);
    text_append_safe(out, head.data, head.len, TEXT_PLAIN);
    text_append_style(out, 'e', mode);
    qjsp_buffer_printf(out, "\n%*s^\n", (int)(strlen(number) + column - from), "");
    text_append_style(out, 'z', mode);
    qjsp_buffer_fini(&head);
}

/* The value of a key of the error record; empty: it has none. */
static qjsp_bytes find_in_record(qjsp_bytes record, const char *name)
{
    qjsp_reader r;
    qjsp_token key, value;
    qjsp_bytes none = { 0 };
    uint64_t n;

    qjsp_reader_init(&r, record, 0);
    if (qjsp_reader_next(&r, &value) != QJSP_OK || value.kind != QJSP_TOKEN_MAP)
        return none;
    for (n = value.u.u64; n > 0; n--) {
        size_t start;

        if (qjsp_reader_next(&r, &key) != QJSP_OK)
            return none;
        start = r.pos;
        if (qjsp_reader_skip(&r) != QJSP_OK)
            return none;
        if (key.kind == QJSP_TOKEN_TEXT && key.u.bytes.len == strlen(name) &&
            memcmp(key.u.bytes.data, name, key.u.bytes.len) == 0)
            return (qjsp_bytes){ record.data + start, r.pos - start };
    }
    return none;
}

static void append_limited(qjsp_buffer *out, const char *text, char style, text_mode mode)
{
    size_t len = strlen(text);

    text_append_style(out, style, mode);
    text_append_safe(out, text, len > MAX_TEXT ? MAX_TEXT : len, TEXT_PLAIN);
    text_append_style(out, 'z', mode);
    if (len > MAX_TEXT)
        qjsp_buffer_printf(out, " ... %zu more bytes", len - MAX_TEXT);
}

/* A part of the record as a console shows it; false: it has none, or none that can be shown. */
static bool append_part(qjsp_buffer *out, qjsp_bytes part, text_mode mode)
{
    qjsp_buffer text;
    bool is_shown;

    qjsp_buffer_init(&text, NULL, MAX_TEXT);
    is_shown = part.len > 0 && qjsp_value_to_text(part, &text) == QJSP_OK;
    if (is_shown) {
        text_append_style(out, 'e', mode);
        text_append_safe(out, text.data, text.len, TEXT_PLAIN);
        text_append_style(out, 'z', mode);
    }
    qjsp_buffer_fini(&text);
    return is_shown;
}

/* "TypeError: no", or the value that was thrown. */
static void append_head(qjsp_buffer *out, const qjsp_result *result, text_mode mode)
{
    qjsp_bytes thrown = { 0 };

    if (result->status == QJSP_ERR_EXCEPTION) {
        qjsp_buffer_append(out, "Uncaught ", 9);
        thrown = find_in_record(result->value, "value");
    }
    if (append_part(out, thrown, mode))
        return;
    append_limited(out, result->error_name, 'e', mode);
    if (result->error_message[0] != 0) {
        qjsp_buffer_append(out, ": ", 2);
        append_limited(out, result->error_message, 'e', mode);
    }
}

void repl_error_append(qjsp_buffer *out, const qjsp_result *result, const repl_sources *list,
                       text_mode mode)
{
    const char *stack = result->error_stack == NULL ? "" : result->error_stack;
    qjsp_bytes cause = find_in_record(result->value, "cause");
    place at;

    append_head(out, result, mode);
    qjsp_buffer_append(out, "\n", 1);
    if (find_place(stack, list, &at))
        append_place(out, &at, mode);
    if (stack[0] != 0) {
        append_limited(out, stack, 'g', mode);
        if (stack[strlen(stack) - 1] != '\n')
            qjsp_buffer_append(out, "\n", 1);
    }
    if (cause.len > 0) {
        size_t before = out->len;

        qjsp_buffer_append(out, "  [cause]: ", 11);
        if (append_part(out, cause, mode))
            qjsp_buffer_append(out, "\n", 1);
        else
            out->len = before;
    }
}
