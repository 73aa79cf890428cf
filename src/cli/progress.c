/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <stdio.h>

#include "cli/units.h"

enum {
    INTERVAL_MS = 100,
    FIRST_MS = 300, /* what is over by then needs no progress line */
};

void progress_init(progress *p, report *r, bool is_shown)
{
    uint64_t now = units_now_us();

    *p = (progress){ .r = r,
                     .is_shown = is_shown,
                     .start_us = now,
                     .mark_us = now,
                     .next_us = now + FIRST_MS * 1000 };
}

/* A moving average, so that the line does not flicker and yet follows. */
static void measure(progress *p, uint64_t now, uint64_t records)
{
    double us = (double)(now - p->mark_us), rate;

    if (us < 100000)
        return;
    rate = (double)(records - p->mark_records) * 1e6 / us;
    p->rate = p->rate == 0 ? rate : p->rate * 0.8 + rate * 0.2;
    p->mark_us = now;
    p->mark_records = records;
}

static void draw(progress *p, uint64_t now, uint64_t records, uint64_t done, uint64_t total)
{
    double elapsed = (double)(now - p->start_us) / 1e6;
    char count[32], rate[32], left[32], line[160];
    int len = snprintf(line, sizeof line, "%12s records  %10s/s",
                       units_format_count(records, count, sizeof count),
                       units_format_count((uint64_t)p->rate, rate, sizeof rate));

    if (total > 0 && done <= total)
        len += snprintf(line + len, sizeof line - (size_t)len, "  %3d%%",
                        (int)((double)done * 100 / (double)total));
    if (total > 0 && done > 0 && done <= total)
        snprintf(line + len, sizeof line - (size_t)len, "  %s left",
                 units_format_left(elapsed * (double)(total - done) / (double)done + 0.5, left,
                                   sizeof left));
    else
        snprintf(line + len, sizeof line - (size_t)len, "  %s",
                 units_format_left(elapsed, left, sizeof left));
    report_progress(p->r, line);
}

void progress_update(progress *p, uint64_t records, uint64_t done, uint64_t total)
{
    uint64_t now;

    if (!p->is_shown)
        return;
    now = units_now_us();
    if (now < p->next_us)
        return;
    measure(p, now, records);
    draw(p, now, records, done, total);
    p->next_us = now + INTERVAL_MS * 1000;
}

int progress_timeout(const progress *p)
{
    uint64_t now;

    if (!p->is_shown)
        return -1;
    now = units_now_us();
    return now >= p->next_us ? 0 : (int)((p->next_us - now) / 1000) + 1;
}
