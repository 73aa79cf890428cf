/* SPDX-License-Identifier: MIT */
/* Reads the .cases files of tests/js (its README is the format) into lists of lines. */
#ifndef QJSP_TESTS_CASE_FILE_H
#define QJSP_TESTS_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum { CASE_MAX_CHECKS = 16, CASE_MAX_STEPS = 64, CASE_MAX_SETTINGS = 64 };

typedef struct case_check {
    char kind; /* the character after "--": > ! @ ~ # & */
    const char *text;
} case_check;

typedef struct case_step {
    char *source; /* owned */
    int line;     /* of the expectation */
    case_check checks[CASE_MAX_CHECKS];
    size_t nchecks;
} case_step;

typedef struct case_setting {
    char *key; /* owned, with value behind it */
    char *value;
} case_setting;

typedef struct test_case {
    const char *name;
    int line;
    case_setting settings[CASE_MAX_SETTINGS];
    size_t nsettings;
    case_step steps[CASE_MAX_STEPS];
    size_t nsteps;
} test_case;

typedef struct case_file {
    char *text; /* owned; names and checks point into it */
    char *at;
    int line;
} case_file;

/* Ends the process with a message when the file cannot be read. */
void case_file_open(case_file *f, const char *path);
/* The next case; false at the end. `c` is the caller's to fini. */
bool case_file_next(case_file *f, test_case *c);
void case_fini(test_case *c);
void case_file_close(case_file *f);

/* The n-th (from 0) setting of that name; NULL: none. */
const char *case_get(const test_case *c, const char *key, size_t n);

#endif
