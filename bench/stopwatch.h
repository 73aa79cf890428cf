/* SPDX-License-Identifier: MIT */
/* What the benchmarks share: a clock, a median, a row of the table. */
#ifndef QJSP_BENCH_STOPWATCH_H
#define QJSP_BENCH_STOPWATCH_H

#include <qjspool/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static inline double now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static inline void must(qjsp_status st)
{
    if (st == QJSP_OK)
        return;
    fprintf(stderr, "benchmark: %s\n", qjsp_status_name(st));
    exit(1);
}

static inline int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts `v`. */
static inline double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, compare_doubles);
    return v[n / 2];
}

static inline void row(const char *name, double value, const char *unit)
{
    printf("%-48s %12.2f %s\n", name, value, unit);
    fflush(stdout);
}

/* Resident set of this process, KiB. */
static inline double resident_kib(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f != NULL) {
        if (fscanf(f, "%*d %ld", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
}

#endif
