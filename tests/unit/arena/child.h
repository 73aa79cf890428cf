/* SPDX-License-Identifier: MIT */
/* Runs a body in a child process, for what ends a process or cannot be undone. */
#ifndef QJSP_TESTS_ARENA_CHILD_H
#define QJSP_TESTS_ARENA_CHILD_H

#include <stdbool.h>

/* True when body came back with true. A signal, a sanitizer's report and false are all false;
 * what the child writes to stderr is dropped. */
bool child_returns(bool (*body)(void *arg), void *arg);

/* True when body never came back. */
bool child_dies(bool (*body)(void *arg), void *arg);

#endif
