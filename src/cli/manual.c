/* SPDX-License-Identifier: MIT */
#include "cli/manual.h"

#include <qjspool/qjspool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/option_table.h"

/* Text that troff takes as it is: a backslash, a hyphen, or a dot at the begin of a line would be
 * its own. */
static void put(const char *text)
{
    bool begins = true;

    for (const char *c = text; *c != 0; c++) {
        if (begins && (*c == '.' || *c == '\''))
            printf("\\&");
        if (*c == '\\')
            printf("\\e");
        else if (*c == '-')
            printf("\\-");
        else if (*c == '\'')
            printf("\\(aq");
        else if (*c == '`')
            printf("\\(ga");
        else
            putchar(*c);
        begins = *c == '\n';
    }
}

static void put_option(const option_spec *spec)
{
    printf(".TP\n");
    if (spec->letter != 0)
        printf("\\fB\\-%c\\fR, ", spec->letter);
    printf("\\fB");
    put("--");
    put(spec->name);
    printf("\\fR");
    if (spec->argument != NULL)
        printf(" \\fI%s\\fR", spec->argument);
    printf("\n");
    put(spec->help);
    printf("\n");
}

static void put_example(const char *text)
{
    printf(".PP\n.EX\n");
    put(text);
    printf(".EE\n");
}

static void put_command(const cli_command *command)
{
    printf(".SS qjspool ");
    put(command->usage);
    printf("\n");
    put(command->about);
    for (size_t i = 0; i < noption_table; i++) {
        if ((option_table[i].commands & command->bit) != 0)
            put_option(&option_table[i]);
    }
    put_example(command->examples);
}

void manual_print(void)
{
    printf(".TH QJSPOOL 1 \"\" \"qjspool %s\" \"User Commands\"\n"
           ".SH NAME\n"
           "qjspool \\- run untrusted JavaScript in parallel, with limits that hold\n"
           ".SH SYNOPSIS\n"
           ".B qjspool\n"
           ".I COMMAND\n"
           "[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
           ".SH DESCRIPTION\n",
           QJSP_VERSION);
    put(help_about);
    printf(".SH COMMANDS\n");
    for (size_t i = 0; i < ncommands; i++)
        put_command(&commands[i]);
    printf(".SS qjspool completion bash|zsh|fish\n"
           "Prints a script that completes commands, options and their values in that shell.\n"
           ".SH \"EXIT STATUS\"\n"
           ".EX\n");
    put(help_exit_codes);
    printf(".EE\n");
}
