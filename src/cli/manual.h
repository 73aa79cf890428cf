/* SPDX-License-Identifier: MIT */
#ifndef QJSP_CLI_MANUAL_H
#define QJSP_CLI_MANUAL_H

/* Prints qjspool(1), for man, made of the tables of commands and options. */
void manual_print(void);

#endif
