/* SPDX-License-Identifier: MIT */
/* The progress line of a long run, for a terminal, at most ten times a second. */
#ifndef QJSP_CLI_PROGRESS_H
#define QJSP_CLI_PROGRESS_H

#include "cli/report.h"

#include <stdint.h>

typedef struct progress {
    report *r;
    bool is_shown; /* there is somebody to see it */
    uint64_t start_us;
    uint64_t next_us; /* not drawn before */
    /* for the rate of the last seconds */
    uint64_t mark_us, mark_records;
    double rate; /* records a second; 0: not known */
} progress;

void progress_init(progress *p, report *r, bool is_shown);

/* progress_update draws the line when it is time: done of total bytes (0: unknown). */
void progress_update(progress *p, uint64_t records, uint64_t done, uint64_t total);

/* progress_timeout returns how long a caller may sleep until the next update, ms; -1: ever. */
int progress_timeout(const progress *p);

#endif
