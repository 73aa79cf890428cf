/* SPDX-License-Identifier: MIT */
/*
 * Ctrl-C: the first SIGINT or SIGTERM asks for a clean end, the second ends
 * the process at once. SIGPIPE is an error of write instead.
 */
#ifndef QJSP_CLI_SIGNALS_H
#define QJSP_CLI_SIGNALS_H

#include <stdbool.h>

/* signals_open sets the handlers, once in a process, and returns a descriptor
 * that is readable from the first signal on; -1: errno says why. */
int signals_open(void);

/* signals_be_patient lets any number of signals pass without ending the process. */
void signals_be_patient(void);

/* signals_take returns the number of the last signal since the call before, 0 if there was none, and
 * makes the descriptor unreadable again. SIGTERM stays. */
int signals_take(int fd);

/* signals_seen tells whether a signal has come; a blocked write or read was
 * interrupted by it. */
bool signals_seen(void);

#endif
