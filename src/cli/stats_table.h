/* SPDX-License-Identifier: MIT */
/* The table of --stats. */
#ifndef QJSP_CLI_STATS_TABLE_H
#define QJSP_CLI_STATS_TABLE_H

#include <qjspool/pool.h>

#include "cli/report.h"

void stats_table_print(report *r, qjsp_pool *pool);

#endif
