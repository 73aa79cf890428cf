/* SPDX-License-Identifier: MIT */
#include "cli/stats_table.h"

#include <stdio.h>
#include <string.h>

#include "cli/units.h"

enum { NAME_WIDTH = 10, COLUMN_WIDTH = 10 };

/* Right-aligns text of which a character may take more than a byte. */
static void put_cell(qjsp_buffer *buf, const char *text)
{
    size_t shown = 0;

    for (const char *s = text; *s != 0; s++)
        shown += ((unsigned char)*s & 0xc0) != 0x80;
    qjsp_buffer_printf(buf, "%*s%s", shown < COLUMN_WIDTH ? (int)(COLUMN_WIDTH - shown) : 0, "",
                       text);
}

static void put_counts(qjsp_buffer *buf, const char *name, const char *const *heads,
                       const uint64_t *counts, size_t n)
{
    char cell[32];

    qjsp_buffer_printf(buf, "%-*s", NAME_WIDTH, name);
    for (size_t i = 0; i < n; i++)
        put_cell(buf, heads[i]);
    qjsp_buffer_printf(buf, "\n%-*s", NAME_WIDTH, "");
    for (size_t i = 0; i < n; i++)
        put_cell(buf, units_format_count(counts[i], cell, sizeof cell));
    qjsp_buffer_printf(buf, "\n");
}

static void put_times(qjsp_buffer *buf, const char *name, const qjsp_sched_times *t)
{
    uint64_t us[] = { t->mean > 0 ? (uint64_t)t->mean : 0, t->p50, t->p95, t->p99, t->max };
    char cell[32];

    qjsp_buffer_printf(buf, "%-*s", NAME_WIDTH, name);
    for (size_t i = 0; i < sizeof us / sizeof us[0]; i++)
        put_cell(buf, units_format_us(us[i], cell, sizeof cell));
    qjsp_buffer_printf(buf, "\n");
}

void stats_table_print(report *r, qjsp_pool *pool)
{
    static const char *const task_heads[] = { "done",      "failed",  "timed out",
                                              "cancelled", "crashed", "submitted" };
    static const char *const worker_heads[] = { "now", "restarts" };
    static const char *const time_heads[] = { "mean", "p50", "p95", "p99", "max" };
    qjsp_sched_stats s;
    qjsp_buffer buf;

    qjsp_pool_get_stats(pool, &s);
    qjsp_buffer_init(&buf, NULL, 0);
    put_counts(&buf, "tasks", task_heads,
               (uint64_t[]){ s.completed_tasks, s.failed_tasks, s.timed_out_tasks,
                             s.cancelled_tasks, s.crashed_tasks, s.submitted_tasks },
               6);
    put_counts(&buf, "workers", worker_heads, (uint64_t[]){ s.workers, s.worker_restarts }, 2);
    qjsp_buffer_printf(&buf, "%-*s", NAME_WIDTH, "times");
    for (size_t i = 0; i < 5; i++)
        put_cell(&buf, time_heads[i]);
    qjsp_buffer_printf(&buf, "\n");
    put_times(&buf, "  waiting", &s.wait);
    put_times(&buf, "  running", &s.run);
    if (buf.status == QJSP_OK)
        report_text(r, buf.data, buf.len);
    qjsp_buffer_fini(&buf);
}
