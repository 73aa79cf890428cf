/* SPDX-License-Identifier: MIT */
/*
 * A fixed-size histogram of times: 16 buckets for each power of two, exact
 * below 16. A quantile is the middle of its bucket, so at most 1/32 (3.2 %)
 * off; max is exact. Knows no units.
 */
#ifndef QJSP_SCHEDULER_HISTOGRAM_H
#define QJSP_SCHEDULER_HISTOGRAM_H

#include <qjspool/scheduler.h>

/* log2 of the buckets for each power of two; the promise of 4 % needs at least 4 */
enum { QJSP__HISTOGRAM_BITS = 4 };
enum { QJSP__HISTOGRAM_BUCKETS = (64 - QJSP__HISTOGRAM_BITS + 1) << QJSP__HISTOGRAM_BITS };

typedef struct qjsp__histogram {
    uint64_t counts[QJSP__HISTOGRAM_BUCKETS];
    uint64_t n;
    uint64_t max;
    double sum; /* floating, as integers would overflow on absurd times */
} qjsp__histogram;

void qjsp__histogram_add(qjsp__histogram *h, uint64_t value);
/* The value that `percent` (1..100) of all values do not exceed; 0: there are none. */
uint64_t qjsp__histogram_quantile(const qjsp__histogram *h, unsigned percent);
void qjsp__histogram_get_times(const qjsp__histogram *h, qjsp_sched_times *out);

#endif
