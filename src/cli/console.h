/* SPDX-License-Identifier: MIT */
/* The guests' console, on stderr. */
#ifndef QJSP_CLI_CONSOLE_H
#define QJSP_CLI_CONSOLE_H

#include <qjspool/pool.h>

/* console_print is a qjsp_pool_console_fn whose ud is a report. */
void console_print(void *ud, qjsp_console_level level, qjsp_bytes args, uint64_t task,
                   uint32_t worker);

#endif
