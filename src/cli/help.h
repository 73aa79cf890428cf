/* SPDX-License-Identifier: MIT */
/* --help and --version, on stdout. */
#ifndef QJSP_CLI_HELP_H
#define QJSP_CLI_HELP_H

#include "cli/command.h"

/* What the program is, and what it ends with; whole lines. */
extern const char help_about[];
extern const char help_exit_codes[];

/* command NULL: the program as a whole. */
void help_print(const cli_command *command);
void help_print_version(void);

#endif
