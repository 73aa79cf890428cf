/* SPDX-License-Identifier: MIT */
/* Reads a command line by the rows of option_table.h. */
#include "cli/options.h"

#include <qjspool/qjspool.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/option_table.h"
#include "cli/units.h"

enum {
    DEFAULT_TIMEOUT_MS = 30000, /* long for a record, short for a forgotten terminal */
    DEFAULT_QUEUE = 1024,
};

void options_init(options *opt, const cli_command *command)
{
    qjsp_isolate_options isolate;

    qjsp_isolate_options_init(&isolate);
    *opt = (options){
        .command = command == NULL ? NULL : command->name,
        .timeout_ms = command != NULL && command->bit == ON_REPL ? 0 : DEFAULT_TIMEOUT_MS,
        .memory = isolate.memory_limit,
        .stack = isolate.stack_limit,
        .queue = DEFAULT_QUEUE,
        .isolation = command == NULL ? QJSP_ISOLATION_TASK : command->isolation,
        .max_line = 16 << 20,
    };
}

/* ---- complaints ---- */

typedef struct parser {
    options *opt;
    const cli_command *command; /* NULL: before any */
    int argc;
    char **argv;
    int next; /* first argument not looked at */
} parser;

static bool complain(const parser *p, const char *format, ...)
{
    const char *name = p->command == NULL ? "" : p->command->name;
    const char *space = p->command == NULL ? "" : " ";
    va_list args;

    fprintf(stderr, "qjspool%s%s: ", space, name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nTry 'qjspool%s%s --help'.\n", space, name);
    return false;
}

/* ---- finding ---- */

static bool is_taken(const parser *p, const option_spec *spec)
{
    unsigned bit = p->command == NULL ? ON_NONE : p->command->bit;

    return (spec->commands & bit) != 0;
}

static const option_spec *find_letter(const parser *p, char letter)
{
    for (size_t i = 0; i < noption_table; i++) {
        if (option_table[i].letter == letter && is_taken(p, &option_table[i]))
            return &option_table[i];
    }
    return NULL;
}

static const option_spec *find_name(const parser *p, const char *name, size_t len)
{
    for (size_t i = 0; i < noption_table; i++) {
        const option_spec *spec = &option_table[i];

        if (is_taken(p, spec) && strlen(spec->name) == len && memcmp(spec->name, name, len) == 0)
            return spec;
    }
    return NULL;
}

/* The option that was probably meant: same beginning, or letters of it at most two steps away. */
static const char *guess(const parser *p, const char *name, size_t len)
{
    const char *best = NULL;
    size_t best_distance = 3;

    for (size_t i = 0; i < noption_table; i++) {
        const option_spec *spec = &option_table[i];
        size_t distance;

        if (!is_taken(p, spec))
            continue;
        if (len >= 2 && strncmp(spec->name, name, len) == 0)
            return spec->name;
        distance = units_distance(name, len, spec->name);
        if (distance < best_distance) {
            best_distance = distance;
            best = spec->name;
        }
    }
    return best;
}

static bool complain_unknown(const parser *p, const char *name, size_t len)
{
    const char *meant = guess(p, name, len);

    if (meant == NULL)
        return complain(p, "there is no option '--%.*s'", (int)len, name);
    return complain(p, "there is no option '--%.*s'; did you mean '--%s'?", (int)len, name, meant);
}

/* ---- values ---- */

static void *field(parser *p, size_t offset)
{
    return (char *)p->opt + offset;
}

static bool store_choice(parser *p, const option_spec *spec, const char *text)
{
    char list[64] = "";
    size_t len = 0, best = 3;
    const char *meant = NULL;

    for (int i = 0; spec->choices[i] != NULL; i++) {
        size_t distance = units_distance(text, strlen(text), spec->choices[i]);

        if (strcmp(spec->choices[i], text) == 0) {
            /* every enum of a choice counts from 0 and is as wide as an int */
            memcpy(field(p, spec->offset), &i, sizeof i);
            return true;
        }
        if (distance < best) {
            best = distance;
            meant = spec->choices[i];
        }
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i == 0 ? "" : ", ",
                                spec->choices[i]);
    }
    if (meant != NULL)
        return complain(p, "--%s is one of: %s; not '%s'; did you mean '%s'?", spec->name, list,
                        text, meant);
    return complain(p, "--%s is one of: %s; not '%s'", spec->name, list, text);
}

static bool store_size(parser *p, const option_spec *spec, const char *text)
{
    uint64_t *value = field(p, spec->offset);
    char least[16];

    if (!units_parse_size(text, value))
        return complain(p, "--%s takes a size such as 512k, 64m or 1g, not '%s'", spec->name, text);
    units_format_size(spec->min, least, sizeof least);
    if (*value < spec->min || *value > PTRDIFF_MAX / 2)
        return complain(p, "--%s is at least %s", spec->name, least);
    return true;
}

static bool store_clock(parser *p, const option_spec *spec, const char *text)
{
    if (!units_parse_clock(text, field(p, spec->offset)))
        return complain(p, "--%s takes 2026-01-31T12:00:00Z or milliseconds since 1970, not '%s'",
                        spec->name, text);
    *(bool *)field(p, spec->has_offset) = true;
    return true;
}

static bool store_count(parser *p, const option_spec *spec, const char *text)
{
    uint64_t *value = field(p, spec->offset);
    bool is_small = spec->kind == OPTION_COUNT;

    if (!units_parse_uint(text, value) || (is_small && (*value < spec->min || *value > 1 << 20)))
        return complain(p, "--%s takes a number%s, not '%s'", spec->name, is_small ? " from 1" : "",
                        text);
    if (spec->kind == OPTION_SEED)
        *(bool *)field(p, spec->has_offset) = true;
    return true;
}

/* The text is of argv, which is ours to write on. */
static bool store_mount(parser *p, const option_spec *spec, const char *text)
{
    const char *wrong = mounts_add(field(p, spec->offset), (char *)(uintptr_t)text);

    return wrong == NULL || complain(p, "--%s %s, not '%s'", spec->name, wrong, text);
}

static bool store(parser *p, const option_spec *spec, const char *text)
{
    switch (spec->kind) {
    case OPTION_FLAG: *(bool *)field(p, spec->offset) = true; return true;
    case OPTION_TEXT: *(const char **)field(p, spec->offset) = text; return true;
    case OPTION_COUNT:
    case OPTION_SEED: return store_count(p, spec, text);
    case OPTION_SIZE: return store_size(p, spec, text);
    case OPTION_CHOICE: return store_choice(p, spec, text);
    case OPTION_MOUNT: return store_mount(p, spec, text);
    case OPTION_CLOCK: return store_clock(p, spec, text);
    case OPTION_DURATION: break;
    }
    if (units_parse_duration(text, field(p, spec->offset)))
        return true;
    return complain(p, "--%s takes a time such as 500ms, 2s or 1m, not '%s'", spec->name, text);
}

/* ---- the walk ---- */

/* attached: what stands behind "=" or the letter; NULL: nothing does. */
static bool take_option(parser *p, const option_spec *spec, const char *attached)
{
    if (spec->argument == NULL)
        return store(p, spec, "");
    if (attached == NULL && p->next < p->argc)
        attached = p->argv[p->next++];
    if (attached == NULL)
        return complain(p, "--%s needs a value: --%s %s", spec->name, spec->name, spec->argument);
    return store(p, spec, attached);
}

static bool take_long(parser *p, const char *name)
{
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const option_spec *spec = find_name(p, name, len);

    if (spec == NULL)
        return complain_unknown(p, name, len);
    if (equals != NULL && spec->argument == NULL)
        return complain(p, "--%s takes no value", spec->name);
    return take_option(p, spec, equals == NULL ? NULL : equals + 1);
}

/* -v, -vh, -j4, -j 4 */
static bool take_letters(parser *p, const char *letters)
{
    for (; *letters != 0; letters++) {
        const option_spec *spec = find_letter(p, *letters);

        if (spec == NULL)
            return complain(p, "there is no option '-%c'", *letters);
        if (spec->argument != NULL)
            return take_option(p, spec, letters[1] == 0 ? NULL : letters + 1);
        if (!take_option(p, spec, NULL))
            return false;
    }
    return true;
}

bool options_parse(options *opt, const cli_command *command, int argc, char **argv)
{
    parser p = { .opt = opt, .command = command, .argc = argc, .argv = argv };
    bool has_ended = false; /* "--" was seen: the rest are operands */

    opt->operands = argv;
    while (p.next < argc) {
        char *arg = argv[p.next++];

        if (has_ended || arg[0] != '-' || arg[1] == 0)
            argv[opt->noperands++] = arg; /* never past the one being read */
        else if (strcmp(arg, "--") == 0)
            has_ended = true;
        else if (!(arg[1] == '-' ? take_long(&p, arg + 2) : take_letters(&p, arg + 1)))
            return false;
    }
    return true;
}
