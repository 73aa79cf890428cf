/* SPDX-License-Identifier: MIT */
/*
 * The guest's side of qjspool map.
 *
 * It is the pool's bootstrap, and leaves one function, which the host calls as
 *
 *   MAP_HARNESS_CALL(lines, index, budget)
 *
 * lines is an array of JSON texts ("": a record that the host has refused
 * already), index the number of the first, budget how many milliseconds
 * it may work before it leaves the rest for another call. It returns the array
 * with each line replaced by what came of it: the result as JSON text,
 * undefined (dropped), or [stage, name, message, stack] of a failure. It is
 * shorter than it was if the budget was used up, by at least one line shorter
 * than empty.
 */
#ifndef QJSP_CLI_MAP_HARNESS_H
#define QJSP_CLI_MAP_HARNESS_H

#include <qjspool/buffer.h>

/* Source of a CALL task: names the function. */
#define MAP_HARNESS_CALL "qjspoolMap"

/* A host function of this name, if there is one, is the harness's clock (milliseconds);
 * guests do not find it. Date.now is the clock otherwise. */
#define MAP_HARNESS_CLOCK "qjspoolNow"

extern const char map_harness_prefix[]; /* before the user's bootstrap: one line */
extern const char map_harness_suffix[]; /* after it */

typedef enum map_function_kind {
    MAP_FUNCTION_EXPRESSION, /* source is the function */
    MAP_FUNCTION_SCRIPT,     /* the value of source is the function */
    MAP_FUNCTION_MODULE,     /* the default export of module `name` is the function */
} map_function_kind;

/* map_harness_globals writes the globals by which the prefix learns of the function. */
void map_harness_globals(qjsp_buffer *out, map_function_kind kind, const char *name,
                         qjsp_bytes source);

#endif
