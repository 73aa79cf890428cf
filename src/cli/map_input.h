/* SPDX-License-Identifier: MIT */
/*
 * The inputs of qjspool map, cut into lines and the lines into batches.
 *
 * Bytes are read in big blocks and looked at once. Nothing here waits: the
 * caller sleeps on map_input_fd and then calls map_input_fill.
 */
#ifndef QJSP_CLI_MAP_INPUT_H
#define QJSP_CLI_MAP_INPUT_H

#include "cli/map_batch.h"
#include "cli/report.h"

typedef struct map_input {
    report *r;
    char **names; /* borrowed */
    size_t nnames;
    size_t max_line;

    size_t current; /* into names; nnames: all are read */
    int fd;         /* -1: the current one is not open */
    bool is_at_end; /* of the current one; what is left in the buffer is its last line */

    char *data; /* owned; [start, end) is not in a batch yet */
    size_t cap, start, end;
    size_t seen;        /* no newline in [start, seen) */
    bool is_discarding; /* within a line that is too long */
    uint64_t line;      /* lines of the current input that are behind us */
    uint64_t index;     /* records of all inputs that are behind us */
    uint64_t position;  /* bytes of all inputs that were read */
    uint64_t total;     /* bytes of all inputs; 0: nobody knows */
} map_input;

/* False: said why. Inputs that cannot be opened are found now, before any work. */
bool map_input_init(map_input *in, report *r, char **names, size_t nnames, size_t max_line);
void map_input_fini(map_input *in);

/* map_input_is_done tells that every record is in a batch. */
bool map_input_is_done(const map_input *in);

/* map_input_fd returns what to wait for; opens the next input if need be. -1: it is
 * done, or *failed, and then it said why. */
int map_input_fd(map_input *in, bool *failed);

/* map_input_fill reads once. False: said why. */
bool map_input_fill(map_input *in);

typedef enum map_cut {
    MAP_CUT_FULL,  /* the batch is full, or ends its input: hand it on */
    MAP_CUT_EMPTY, /* all whole lines are in the batch */
    MAP_CUT_NOMEM,
} map_cut;

/* map_input_cut moves lines into a batch. */
map_cut map_input_cut(map_input *in, map_batch *batch);

#endif
