/* SPDX-License-Identifier: MIT */
/* Standard output in big blocks, with an error that sticks. One thread. */
#ifndef QJSP_CLI_OUTPUT_H
#define QJSP_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct output {
    int fd;
    int error;        /* errno of the first write that failed; 0: none */
    uint64_t written; /* bytes that the system took */
    char *data;       /* owned */
    size_t len;
} output;

/* False: no memory. */
bool output_init(output *out, int fd);
void output_fini(output *out);

void output_put(output *out, const void *data, size_t len);

/*
 * output_flush writes what is left. It waits until the reader takes it, which
 * is how a slow reader slows us down. After a signal a reader that takes nothing
 * for a second is given up, with EINTR as the error and the rest unwritten.
 */
bool output_flush(output *out);

#endif
