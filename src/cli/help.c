/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <qjspool/qjspool.h>
#include <stdio.h>
#include <string.h>

#include "cli/option_table.h"

enum { OPTION_WIDTH = 28 };

const char help_about[] =
    "qjspool runs untrusted JavaScript in parallel, each task in a realm of its own,\n"
    "with limits on memory, stack and time that hold.\n";

const char help_exit_codes[] = "  0 all went well            3 input or output failed\n"
                               "  1 a task failed          130 interrupted\n"
                               "  2 wrong usage\n";

static void print_option(const option_spec *spec)
{
    char left[64];
    const char *line = spec->help;
    int len = snprintf(left, sizeof left, spec->letter != 0 ? "  -%c, " : "      ", spec->letter);

    snprintf(left + len, sizeof left - (size_t)len, "--%s%s%s", spec->name,
             spec->argument == NULL ? "" : " ", spec->argument == NULL ? "" : spec->argument);
    for (const char *name = left; line != NULL; name = "") {
        const char *end = strchr(line, '\n');
        size_t n = end == NULL ? strlen(line) : (size_t)(end - line);

        printf("%-*s%.*s\n", OPTION_WIDTH, name, (int)n, line);
        line = end == NULL ? NULL : end + 1;
    }
}

static void print_options(unsigned bit)
{
    printf("\nOptions:\n");
    for (size_t i = 0; i < noption_table; i++) {
        if ((option_table[i].commands & bit) != 0)
            print_option(&option_table[i]);
    }
}

static void print_program(void)
{
    printf("%s"
           "\n"
           "Usage: qjspool COMMAND [OPTION...] [ARGUMENT...]\n"
           "\n"
           "Commands:\n",
           help_about);
    for (size_t i = 0; i < ncommands; i++)
        printf("  %-6s %s\n", commands[i].name, commands[i].summary);
    printf("  completion bash|zsh|fish: a script for that shell\n");
    print_options(ON_NONE);
    printf("\n"
           "Examples:\n"
           "  qjspool eval '[1, 2, 3].map(n => n ** 2)'\n"
           "  qjspool run tests/*.js\n"
           "  qjspool map -e 'r => r.score > 10 ? r : undefined' records.ndjson\n"
           "\n"
           "Each command has a --help of its own.\n");
}

void help_print(const cli_command *command)
{
    if (command == NULL) {
        print_program();
        return;
    }
    printf("Usage: qjspool %s\n\n%s", command->usage, command->about);
    print_options(command->bit);
    printf("\nExamples:\n%s", command->examples);
    printf("\nExit codes:\n%s", help_exit_codes);
}

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

#ifdef QJSP_HAS_LIBEDIT
#define LINE_EDITING "lines edited by libedit"
#else
#define LINE_EDITING "no line editing"
#endif

void help_print_version(void)
{
    printf("qjspool %s (%s)\n", QJSP_VERSION, qjsp_engine_version());
    printf("built with %s, %zu bits, %s\n", COMPILER, 8 * sizeof(void *), LINE_EDITING);
}
