/* SPDX-License-Identifier: MIT */
/*
 * The commands of qjspool and what they end with.
 *
 * A new command is a file with its function, a line in the table of
 * command.c, and its bit in the options that it takes (option_table.c).
 */
#ifndef QJSP_CLI_COMMAND_H
#define QJSP_CLI_COMMAND_H

#include "cli/options.h"

/* Exit codes; docs/cli.md explains them. ORDER exit codes */
enum {
    CLI_OK = 0,
    CLI_FAILED = 1,        /* a task failed */
    CLI_USAGE = 2,         /* the command line makes no sense */
    CLI_IO = 3,            /* input or output */
    CLI_INTERRUPTED = 130, /* a signal; 128 + SIGINT, as shells count */
};

typedef int command_fn(const options *opt);

typedef struct cli_command {
    const char *name;
    unsigned bit; /* in option_spec.commands */
    const char *summary;
    const char *usage; /* one line or more, without "qjspool" */
    const char *about;
    const char *examples;
    qjsp_isolation isolation; /* unless --isolation says otherwise */
    command_fn *run;
} cli_command;

extern const cli_command commands[];
extern const size_t ncommands;

/* command_find returns NULL for a name that no command has. */
const cli_command *command_find(const char *name);

/* The command that was probably meant; NULL: there is no telling. */
const char *command_guess(const char *name);

int command_eval(const options *opt);
int command_run(const options *opt);
int command_map(const options *opt);
int command_repl(const options *opt);

#endif
