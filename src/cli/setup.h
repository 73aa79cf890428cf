/* SPDX-License-Identifier: MIT */
/* From options to a pool. */
#ifndef QJSP_CLI_SETUP_H
#define QJSP_CLI_SETUP_H

#include <qjspool/pool.h>

#include "cli/options.h"
#include "cli/report.h"

/* What a command adds to the pool that the user's options describe. */
typedef struct setup_extra {
    const char *prefix; /* runs before the user's bootstrap, on its first line; NULL: nothing */
    const char *suffix; /* runs after it; NULL: nothing */
    qjsp_bytes globals; /* CBOR map; empty: none */
    const qjsp_module *module;          /* NULL: none */
    const qjsp_pool_function *function; /* NULL: none */
    size_t value_limit;                 /* values of this size must cross; 0: the default will do */
} setup_extra;

/* setup_workers returns how many workers the options ask for. */
uint32_t setup_workers(const options *opt);

/*
 * setup_pool makes the pool, with the guests' console on `r`. `extra` may be
 * NULL. Returns an exit code; unless CLI_OK, it said what is wrong and *out
 * is unchanged.
 */
int setup_pool(qjsp_pool **out, const options *opt, const setup_extra *extra, report *r);

/* setup_failed says that a call of the library failed, and returns the exit code for it. */
int setup_failed(report *r, const char *what, qjsp_status status);

#endif
