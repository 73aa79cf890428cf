/* SPDX-License-Identifier: MIT */
/* The user's function: where it comes from, and a pool whose workers have it. */
#ifndef QJSP_CLI_MAP_FUNCTION_H
#define QJSP_CLI_MAP_FUNCTION_H

#include <qjspool/pool.h>

#include "cli/options.h"
#include "cli/report.h"

/*
 * map_function_load makes a pool for MAP_HARNESS_CALL. Returns an exit code; unless CLI_OK,
 * it said what is wrong. Errors in the function itself show with the first task.
 */
int map_function_load(qjsp_pool **out, const options *opt, report *r);

#endif
