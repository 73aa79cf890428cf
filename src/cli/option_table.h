/* SPDX-License-Identifier: MIT */
/* The options, one row each: what the parser accepts and what --help says. */
#ifndef QJSP_CLI_OPTION_TABLE_H
#define QJSP_CLI_OPTION_TABLE_H

#include "cli/options.h"

/* Bits of commands. */
enum { ON_EVAL = 1, ON_RUN = 2, ON_MAP = 4, ON_NONE = 8, ON_REPL = 16, ON_ALL = 1 | 2 | 4 | 16 };

typedef enum option_kind {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char * */
    OPTION_COUNT,    /* uint64_t, from min */
    OPTION_DURATION, /* uint64_t, milliseconds */
    OPTION_SIZE,     /* uint64_t, bytes, from min */
    OPTION_CHOICE,   /* an enum: the index into choices */
    OPTION_SEED,     /* uint64_t, and a bool */
    OPTION_CLOCK,    /* double, and a bool */
    OPTION_MOUNT,    /* mount_list; may be given again */
} option_kind;

typedef struct option_spec {
    char letter; /* 0: none */
    const char *name;
    const char *argument; /* as help shows it; NULL: takes none */
    option_kind kind;
    unsigned commands; /* bits of those that take it */
    size_t offset;     /* of the field in options */
    size_t has_offset; /* SEED, CLOCK: of the bool */
    uint64_t min;      /* COUNT, SIZE */
    const char *help;
    const char *const *choices; /* CHOICE: ends with NULL */
} option_spec;

extern const option_spec option_table[];
extern const size_t noption_table;

#endif
