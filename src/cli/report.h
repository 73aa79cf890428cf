/* SPDX-License-Identifier: MIT */
/*
 * What is said on stderr: messages, the guests' console, a progress line that
 * makes room for both. Any thread.
 */
#ifndef QJSP_CLI_REPORT_H
#define QJSP_CLI_REPORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct report {
    const char *command;
    bool is_terminal;
    pthread_mutex_t lock;
    bool has_line; /* a progress line is on the screen; guarded by lock */
} report;

void report_init(report *r, const char *command);
void report_fini(report *r);

/* report_error prints "qjspool COMMAND: ..." on a line. */
void report_error(report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* report_note prints a line. */
void report_note(report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* report_text prints text as it is, and ends its last line. */
void report_text(report *r, const void *text, size_t len);

/* report_progress shows a line that the next output, or NULL, takes away again. */
void report_progress(report *r, const char *line);

#endif
