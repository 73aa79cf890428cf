/* SPDX-License-Identifier: MIT */
/* What the command line says, checked and with defaults; for all commands alike. */
#ifndef QJSP_CLI_OPTIONS_H
#define QJSP_CLI_OPTIONS_H

#include <qjspool/isolate.h>

#include "cli/mounts.h"

typedef enum value_format { FORMAT_JSON, FORMAT_TEXT, FORMAT_CBOR } value_format;

typedef enum on_error { ON_ERROR_FAIL, ON_ERROR_SKIP, ON_ERROR_EMIT } on_error;

typedef struct options {
    const char *command; /* its name; static */

    /* every command */
    uint64_t workers;      /* 0: as many as there are CPUs */
    uint64_t timeout_ms;   /* 0: none */
    uint64_t memory;       /* bytes */
    uint64_t stack;        /* bytes */
    uint64_t queue;        /* tasks under way at a time */
    const char *bootstrap; /* file; NULL: none */
    const char *globals;   /* JSON; NULL: none */
    mount_list mounts;
    qjsp_isolation isolation;
    bool has_seed;
    uint64_t seed;
    bool has_clock;
    double clock_ms; /* since 1970 */
    bool wants_stats;
    bool is_verbose;
    bool wants_help;
    bool wants_version;

    /* eval and map */
    const char *file;
    value_format format;

    /* map */
    const char *function;
    bool is_unordered;
    on_error on_error;
    uint64_t max_line; /* bytes */
    bool no_progress;

    /* repl */
    const char *history; /* NULL: where it is by default */
    bool no_color;

    char **operands; /* borrowed from argv */
    size_t noperands;
} options;

struct cli_command;

/* options_init sets the defaults of a command; NULL: those of none. */
void options_init(options *opt, const struct cli_command *command);

/*
 * options_parse reads the arguments that follow the command's name; argv is
 * reordered so that operands stand together. False: it said on stderr what is
 * wrong with them.
 */
bool options_parse(options *opt, const struct cli_command *command, int argc, char **argv);

#endif
