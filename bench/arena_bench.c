/* SPDX-License-Identifier: MIT */
/*
 * What it costs to bring a region back to its snapshot, by how much is in it, and by how much
 * a task touched beyond it. Medians; wall clock of the calling thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena/arena.h"
#include "base/checked.h"

enum { RUNS = 1001, SLAB = 4096, MIB = 1024 * 1024 };

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void must(bool ok)
{
    if (!ok)
        exit(1);
}

/* A heap as the engine leaves it: slabs, all of them written. */
static void fill(qjsp__arena *a, size_t bytes)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(a, &usage);
    for (size_t end = usage.used + bytes; usage.used < end;) {
        void *ptr = qjsp__arena_malloc(a, SLAB);

        must(ptr != NULL);
        memset(ptr, 0x5a, SLAB);
        qjsp__arena_get_usage(a, &usage);
    }
}

typedef struct medians {
    double task_us;    /* writing `touched` bytes of new memory */
    double restore_us; /* and getting rid of them */
} medians;

static medians measure(size_t used, size_t touched, size_t runs)
{
    static double task[RUNS], restore[RUNS];
    qjsp__arena *a;

    must(qjsp__arena_new(&a, (size_t)64 * MIB, qjsp_alloc_default()) == QJSP_OK);
    fill(a, used);
    must(qjsp__arena_snapshot(a) == QJSP_OK);
    for (size_t i = 0; i < runs; i++) {
        double begin = now_us();
        double middle;

        fill(a, touched);
        middle = now_us();
        must(qjsp__arena_restore(a) == QJSP_OK);
        task[i] = middle - begin;
        restore[i] = now_us() - middle;
    }
    qjsp__arena_free(a);
    qsort(task, runs, sizeof task[0], by_value);
    qsort(restore, runs, sizeof restore[0], by_value);
    return (medians){ .task_us = task[runs / 2], .restore_us = restore[runs / 2] };
}

static double malloc_free_ns(size_t size)
{
    enum { N = 1000, ROUNDS = 1000 };
    static void *ptrs[N];
    qjsp__arena *a;
    double begin;

    must(qjsp__arena_new(&a, (size_t)64 * MIB, qjsp_alloc_default()) == QJSP_OK);
    begin = now_us();
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < N; i++)
            ptrs[i] = qjsp__arena_malloc(a, size);
        for (size_t i = 0; i < N; i++)
            qjsp__arena_release(a, ptrs[i * 7 % N]);
    }
    begin = (now_us() - begin) * 1e3 / (N * ROUNDS);
    qjsp__arena_free(a);
    return begin;
}

int main(void)
{
    static const double used_mb[] = { 0.3, 1, 4, 16 };
    static const size_t touched_kib[] = { 0, 64, 256, 512, 1024, 4096 };

    printf("restore by used memory (64 KiB touched by each task)\n");
    for (size_t i = 0; i < QJSP_COUNTOF(used_mb); i++) {
        medians m = measure((size_t)(used_mb[i] * 1e6), 64 * 1024, RUNS);

        printf("  %5.1f MB  %8.1f us  %5.1f GB/s\n", used_mb[i], m.restore_us,
               used_mb[i] * 1e3 / m.restore_us);
    }
    printf("restore by memory touched beyond a snapshot of 0.3 MB\n");
    for (size_t i = 0; i < QJSP_COUNTOF(touched_kib); i++) {
        medians m = measure(300000, touched_kib[i] * 1024, RUNS);

        printf("  %5zu KiB  task %8.1f us  restore %8.1f us\n", touched_kib[i], m.task_us,
               m.restore_us);
    }
    printf("malloc and free of %d bytes: %.1f ns\n", SLAB, malloc_free_ns(SLAB));
    printf("malloc and free of 700 bytes: %.1f ns\n", malloc_free_ns(700));
    return 0;
}
