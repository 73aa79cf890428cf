/* SPDX-License-Identifier: MIT */
/*
 * What became of the records: lines on stdout, failures where --on-error
 * wants them, and the counts.
 */
#ifndef QJSP_CLI_MAP_OUTPUT_H
#define QJSP_CLI_MAP_OUTPUT_H

#include "cli/map_batch.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/report.h"

typedef struct map_output {
    output out;
    const options *opt;
    report *r;
    on_error mode;
    bool names_input; /* error lines say which input: there are several */
    qjsp_buffer line; /* short-lived */

    bool is_stopped; /* a failure ended it: nothing is written any more */
    uint64_t nrecords, nwritten, ndropped, nfailed;
    const char *last_input; /* of the last record written in order */
    uint64_t last_line;
} map_output;

/* False: no memory. */
bool map_output_init(map_output *to, const options *opt, report *r);
void map_output_fini(map_output *to);

/* map_output_write puts out the records of a span that is DONE. */
void map_output_write(map_output *to, const map_span *span);

/* map_output_conclude says how many were skipped. */
void map_output_conclude(map_output *to);

#endif
