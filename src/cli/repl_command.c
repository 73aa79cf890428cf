/* SPDX-License-Identifier: MIT */
/* Lines that begin with a dot. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/files.h"
#include "cli/repl.h"
#include "cli/script.h"
#include "cli/units.h"

enum { FILE_LIMIT = 16 << 20, NAME_WIDTH = 14 };

typedef void run_fn(repl *c, const char *argument);

typedef struct dot_command {
    const char *name;
    const char *argument; /* as .help shows it; NULL: takes none */
    const char *help;
    run_fn *run;
} dot_command;

static void run_help(repl *c, const char *argument);

static void run_exit(repl *c, const char *argument)
{
    (void)argument;
    c->is_done = true;
}

static void run_clear(repl *c, const char *argument)
{
    (void)argument;
    qjsp_buffer_clear(&c->transcript);
    if (repl_session_renew(&c->session))
        repl_print(c, "A new session.");
    else
        c->is_done = true;
}

static void run_time(repl *c, const char *argument)
{
    bool was_on = c->shows_time;

    if (argument[0] == 0) {
        c->shows_time = !was_on;
        repl_print(c, "Times are %sshown.", was_on ? "no longer " : "");
        return;
    }
    c->shows_time = true;
    repl_evaluate(c, (qjsp_bytes){ (const uint8_t *)argument, strlen(argument) }, NULL);
    c->shows_time = was_on;
}

static void run_mem(repl *c, const char *argument)
{
    repl_task task = { .filename = "repl", .what = "ping" };
    qjsp_result *result = repl_session_run(&c->session, &task);
    char used[32], limit[32];

    (void)argument;
    if (result != NULL && result->status == QJSP_OK)
        repl_print(c, "%s of %s", units_format_size(result->memory_used, used, sizeof used),
                   units_format_size(c->opt->memory, limit, sizeof limit));
    else
        repl_complain(c, "the session does not answer");
    qjsp_result_free(result);
}

static void run_load(repl *c, const char *argument)
{
    script file = { NULL, NULL };
    qjsp_buffer code;

    qjsp_buffer_init(&code, NULL, FILE_LIMIT);
    if (!script_find(&file, &c->opt->mounts, argument) || !files_read(file.path, &code))
        repl_complain(c, "cannot read %s: %s", argument, strerror(errno));
    else
        repl_evaluate(c, qjsp_buffer_peek(&code), file.name);
    script_fini(&file);
    qjsp_buffer_fini(&code);
}

static void run_save(repl *c, const char *argument)
{
    FILE *file = fopen(argument, "w");
    bool is_written = file != NULL;

    if (file != NULL) {
        is_written = fwrite(c->transcript.data, 1, c->transcript.len, file) == c->transcript.len;
        is_written = fclose(file) == 0 && is_written;
    }
    if (is_written)
        repl_print(c, "Saved to %s.", argument);
    else
        repl_complain(c, "cannot write %s: %s", argument, strerror(errno));
}

static const dot_command table[] = {
    { "clear", NULL, "begin a new session", run_clear },
    { "exit", NULL, "end; so does Ctrl-D", run_exit },
    { "help", NULL, "this text", run_help },
    { "load", "FILE", "run a file", run_load },
    { "mem", NULL, "how much memory the session uses", run_mem },
    { "save", "FILE", "write what ran without an error to a file", run_save },
    { "time", "[CODE]",
      "how long CODE runs; without it, show the times of all inputs, or no longer", run_time },
};

static const size_t ntable = sizeof table / sizeof table[0];

static void run_help(repl *c, const char *argument)
{
    (void)argument;
    for (size_t i = 0; i < ntable; i++) {
        char left[32];

        snprintf(left, sizeof left, ".%s %s", table[i].name,
                 table[i].argument == NULL ? "" : table[i].argument);
        repl_print(c, "  %-*s%s", NAME_WIDTH, left, table[i].help);
    }
    repl_print(c, "\nCtrl-C stops what runs, or drops what was typed. Tab completes names.\n"
                  "_ is the last value. Timers and promises go on while something runs.");
}

void repl_command_names(const char *prefix, size_t len, qjsp_buffer *out)
{
    for (size_t i = 0; i < ntable; i++) {
        if (len > 0 && strncmp(table[i].name, prefix + 1, len - 1) == 0)
            qjsp_buffer_printf(out, ".%s%c", table[i].name, 0);
    }
}

static void complain_unknown(repl *c, const char *name, size_t len)
{
    const char *meant = NULL;

    for (size_t i = 0; i < ntable; i++) {
        if (units_distance(name, len, table[i].name) < 3 && meant == NULL)
            meant = table[i].name;
    }
    if (meant != NULL)
        repl_complain(c, "There is no .%.*s; did you mean .%s?", (int)len, name, meant);
    else
        repl_complain(c, "There is no .%.*s; .help lists what there is.", (int)len, name);
}

static void carry_out(repl *c, const dot_command *command, const char *argument)
{
    bool needs = command->argument != NULL && command->argument[0] != '[';

    if (command->argument == NULL && argument[0] != 0)
        repl_complain(c, ".%s takes no argument", command->name);
    else if (needs && argument[0] == 0)
        repl_complain(c, "Which file? .%s %s", command->name, command->argument);
    else
        command->run(c, argument);
}

void repl_command(repl *c, const char *line)
{
    const char *name = line + strspn(line, " ") + 1;
    size_t len = strcspn(name, " \t"), end;
    char *argument = strdup(name + len + strspn(name + len, " \t"));

    if (argument == NULL)
        return;
    for (end = strlen(argument); end > 0 && strchr(" \t\r\n", argument[end - 1]) != NULL; end--)
        argument[end - 1] = 0;
    for (size_t i = 0; i < ntable; i++) {
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0) {
            carry_out(c, &table[i], argument);
            free(argument);
            return;
        }
    }
    complain_unknown(c, name, len);
    free(argument);
}
