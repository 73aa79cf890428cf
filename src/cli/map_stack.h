/* SPDX-License-Identifier: MIT */
/*
 * Stacks as the author of the function knows them: without the frames of the
 * harness, and with places in his own files.
 */
#ifndef QJSP_CLI_MAP_STACK_H
#define QJSP_CLI_MAP_STACK_H

#include <qjspool/buffer.h>

#include "cli/options.h"

/* map_stack_append appends what is left of an error's stack, each frame on a line. */
void map_stack_append(qjsp_buffer *out, const options *opt, qjsp_bytes stack);

/* map_stack_function_name returns what the function's source is called; borrowed from opt. */
const char *map_stack_function_name(const options *opt);

#endif
