/* SPDX-License-Identifier: MIT */
/* Completion for shells, made of the tables of commands and options. */
#ifndef QJSP_CLI_COMPLETION_H
#define QJSP_CLI_COMPLETION_H

#include <stdbool.h>

/* Prints the script of "bash", "zsh" or "fish". False: no such shell. */
bool completion_print(const char *shell);

#endif
