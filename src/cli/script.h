/* SPDX-License-Identifier: MIT */
/* The file that a task's code is in, and what it is called there: where it lies in a mounted folder,
 * the guest knows it by its path in the mount, so that what it imports is found. */
#ifndef QJSP_CLI_SCRIPT_H
#define QJSP_CLI_SCRIPT_H

#include "cli/mounts.h"

typedef struct script {
    char *path; /* to be read, or "-" */
    char *name; /* for the guest */
} script;

/*
 * script_find takes the name of a file of the host, or, where there is none of that name, of one
 * in a mount (/app/main.js with --mount /app=DIR), which must lie in its folder. Whether it can be read is not
 * looked at. False: no memory.
 */
bool script_find(script *out, const mount_list *mounts, const char *operand);
void script_fini(script *s);

#endif
