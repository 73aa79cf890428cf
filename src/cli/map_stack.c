/* SPDX-License-Identifier: MIT */
#include "cli/map_stack.h"

#include <string.h>

#include "cli/map_harness.h"

/* What the engine calls source that came through eval, which is how the harness loads it. */
#define EVAL_NAME "<input>"

/* "    at look (score.js:3:5)": head is all before the name, tail all behind the column. */
typedef struct frame {
    qjsp_bytes head, name, tail;
    size_t line, column;
} frame;

const char *map_stack_function_name(const options *opt)
{
    const char *slash;

    if (opt->function != NULL)
        return "-e";
    slash = strrchr(opt->file, '/');
    return slash == NULL ? opt->file : slash + 1;
}

/* Reads the digits that end at *end, and moves it before the colon in front of them. */
static bool take_number(const uint8_t *text, size_t *end, size_t *number)
{
    size_t start = *end, factor = 1;

    *number = 0;
    while (start > 0 && text[start - 1] >= '0' && text[start - 1] <= '9' && *end - start < 9) {
        *number += factor * (size_t)(text[--start] - '0');
        factor *= 10;
    }
    if (start == *end || start == 0 || text[start - 1] != ':')
        return false;
    *end = start - 1;
    return true;
}

/* False: the line names no place. */
static bool parse(frame *f, qjsp_bytes line)
{
    size_t end = line.len, start;

    if (end > 0 && line.data[end - 1] == ')')
        end--;
    f->tail = (qjsp_bytes){ line.data + end, line.len - end };
    if (!take_number(line.data, &end, &f->column) || !take_number(line.data, &end, &f->line))
        return false;
    start = end;
    while (start > 0 && line.data[start - 1] != '(' && line.data[start - 1] != ' ')
        start--;
    f->head = (qjsp_bytes){ line.data, start };
    f->name = (qjsp_bytes){ line.data + start, end - start };
    return true;
}

static bool equals(qjsp_bytes text, const char *other)
{
    return text.len == strlen(other) && memcmp(text.data, other, text.len) == 0;
}

/* The harness is the beginning of the first line of the bootstrap; false: the frame is its own. */
static bool relocate(frame *f, const options *opt)
{
    size_t prefix = strlen(map_harness_prefix);

    if (equals(f->name, EVAL_NAME)) {
        f->name.data = (const uint8_t *)map_stack_function_name(opt);
        f->name.len = strlen((const char *)f->name.data);
        /* an expression stands behind a parenthesis, see map_harness.c */
        if (opt->function != NULL && f->line == 1 && f->column > 1)
            f->column--;
    } else if (f->line == 1 &&
               equals(f->name, opt->bootstrap == NULL ? "bootstrap.js" : opt->bootstrap)) {
        if (f->column <= prefix)
            return false;
        f->column -= prefix;
    }
    return true;
}

static qjsp_bytes take_line(qjsp_bytes *text)
{
    const uint8_t *newline = memchr(text->data, '\n', text->len);
    size_t len = newline == NULL ? text->len : (size_t)(newline - text->data);
    qjsp_bytes line = { text->data, len };
    size_t used = len + (newline != NULL);

    text->data += used;
    text->len -= used;
    return line;
}

void map_stack_append(qjsp_buffer *out, const options *opt, qjsp_bytes stack)
{
    qjsp_bytes held = { 0 }; /* "at eval (native)": the harness's if the next frame is */

    while (stack.len > 0) {
        qjsp_bytes line = take_line(&stack);
        frame f;
        bool has_place = parse(&f, line);

        if (has_place && !relocate(&f, opt))
            return; /* from here on it is only how the harness got there */
        if (held.len > 0)
            qjsp_buffer_printf(out, "%.*s\n", (int)held.len, (const char *)held.data);
        held = has_place ? (qjsp_bytes){ 0 } : line;
        if (!has_place)
            continue;
        qjsp_buffer_append(out, f.head.data, f.head.len);
        qjsp_buffer_append(out, f.name.data, f.name.len);
        qjsp_buffer_printf(out, ":%zu:%zu", f.line, f.column);
        qjsp_buffer_append(out, f.tail.data, f.tail.len);
        qjsp_buffer_append(out, "\n", 1);
    }
    if (held.len > 0)
        qjsp_buffer_printf(out, "%.*s\n", (int)held.len, (const char *)held.data);
}
