/* SPDX-License-Identifier: MIT */
#include "cli/map_function.h"

#include <errno.h>
#include <qjspool/value.h>
#include <string.h>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/map_harness.h"
#include "cli/map_stack.h"
#include "cli/setup.h"
#include "cli/units.h"

enum {
    FUNCTION_LIMIT = 16 << 20,
    VALUE_SLACK = 1 << 20, /* what a task's arguments take beside its longest line */
};

/* With --clock the guests' clock stands still, and the harness needs one that does not. */
static qjsp_status tell_time(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    (void)args;
    qjsp_write_uint(out, units_now_us() / 1000);
    return out->status;
}

/* A line that begins with the word "export". */
static bool has_export(qjsp_bytes source)
{
    const char *s = (const char *)source.data;
    size_t i = 0;

    while (i + 7 < source.len) {
        while (i < source.len && (s[i] == ' ' || s[i] == '\t'))
            i++;
        if (i + 7 < source.len && memcmp(s + i, "export", 6) == 0 && strchr(" \t{*", s[i + 6]))
            return true;
        while (i < source.len && s[i] != '\n')
            i++;
        i++;
    }
    return false;
}

typedef struct map_source {
    map_function_kind kind;
    const char *name;
    qjsp_bytes text;
} map_source;

static int make_pool(qjsp_pool **out, const options *opt, report *r, const map_source *source)
{
    qjsp_pool_function clock = { .name = MAP_HARNESS_CLOCK, .call = tell_time };
    qjsp_module module = { .specifier = source->name, .source = source->text };
    setup_extra extra = {
        .prefix = map_harness_prefix,
        .suffix = map_harness_suffix,
        .module = source->kind == MAP_FUNCTION_MODULE ? &module : NULL,
        .function = opt->has_clock ? &clock : NULL,
        .value_limit = (size_t)opt->max_line + VALUE_SLACK,
    };
    qjsp_buffer globals;
    int code;

    if (utf8_length(source->text.data, source->text.len) < source->text.len) {
        report_error(r, "the function cannot be loaded: %s is not valid UTF-8", source->name);
        return CLI_FAILED;
    }
    qjsp_buffer_init(&globals, NULL, 0);
    map_harness_globals(&globals, source->kind, source->name, source->text);
    extra.globals = qjsp_buffer_peek(&globals);
    if (globals.status == QJSP_OK)
        code = setup_pool(out, opt, &extra, r);
    else
        code = setup_failed(r, "cannot make a pool", globals.status);
    qjsp_buffer_fini(&globals);
    return code;
}

int map_function_load(qjsp_pool **out, const options *opt, report *r)
{
    map_source source = { .name = map_stack_function_name(opt) };
    qjsp_buffer text;
    int code = CLI_IO;

    if (opt->function != NULL) {
        source.kind = MAP_FUNCTION_EXPRESSION;
        source.text = (qjsp_bytes){ (const uint8_t *)opt->function, strlen(opt->function) };
        return make_pool(out, opt, r, &source);
    }
    qjsp_buffer_init(&text, NULL, FUNCTION_LIMIT);
    if (files_read(opt->file, &text)) {
        source.text = qjsp_buffer_peek(&text);
        source.kind = has_export(source.text) ? MAP_FUNCTION_MODULE : MAP_FUNCTION_SCRIPT;
        code = make_pool(out, opt, r, &source);
    } else {
        report_error(r, "cannot read %s: %s", opt->file, strerror(errno));
    }
    qjsp_buffer_fini(&text);
    return code;
}
