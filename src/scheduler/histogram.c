/* SPDX-License-Identifier: MIT */
/* Log-linear buckets, as in HdrHistogram: the top bits of a value are its bucket. */
#include "scheduler/histogram.h"

#include "base/checked.h"

enum { BITS = QJSP__HISTOGRAM_BITS, NSUB = 1 << BITS };

static unsigned bucket_of(uint64_t value)
{
    unsigned shift;

    if (value < NSUB)
        return (unsigned)value;
    shift = 63u - (unsigned)__builtin_clzll(value) - BITS;
    /* value >> shift lies in NSUB..2*NSUB-1, so each shift owns NSUB buckets */
    return shift * NSUB + (unsigned)(value >> shift);
}

static uint64_t bucket_middle(unsigned bucket)
{
    unsigned shift;

    if (bucket < NSUB)
        return bucket;
    shift = bucket / NSUB - 1;
    return ((uint64_t)(bucket % NSUB + NSUB) << shift) + ((UINT64_C(1) << shift) >> 1);
}

void qjsp__histogram_add(qjsp__histogram *h, uint64_t value)
{
    h->counts[bucket_of(value)]++;
    h->n++;
    h->sum += (double)value;
    if (value > h->max)
        h->max = value;
}

uint64_t qjsp__histogram_quantile(const qjsp__histogram *h, unsigned percent)
{
    /* the rank, rounded up, without overflow: n = 100 q + r */
    uint64_t rank = h->n / 100 * percent + (h->n % 100 * percent + 99) / 100;
    uint64_t seen = 0;

    for (unsigned i = 0; i < QJSP__HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (h->counts[i] != 0 && seen >= rank)
            return qjsp__u64_min(bucket_middle(i), h->max);
    }
    return 0;
}

void qjsp__histogram_get_times(const qjsp__histogram *h, qjsp_sched_times *out)
{
    *out = (qjsp_sched_times){
        .mean = h->n == 0 ? 0 : h->sum / (double)h->n,
        .p50 = qjsp__histogram_quantile(h, 50),
        .p95 = qjsp__histogram_quantile(h, 95),
        .p99 = qjsp__histogram_quantile(h, 99),
        .max = h->max,
    };
}
