/* SPDX-License-Identifier: MIT */
/*
 * One isolate, no threads: what a clean realm costs, beside what it replaces.
 *
 * Both sides run in turns within one process; medians of many short rounds.
 */
#include <qjspool/qjspool.h>
#include <quickjs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stopwatch.h"

enum { ROUNDS = 41, PER_ROUND = 200 };

static const char CODE[] = "const a = [1, 2, 3].map(x => x * 2); a[0] + a[2]";

static qjsp_isolate *make(qjsp_isolation isolation, size_t extra)
{
    qjsp_isolate_options opt;
    qjsp_isolate *iso;
    qjsp_task task;
    qjsp_poll poll;
    char boot[128];

    qjsp_isolate_options_init(&opt);
    opt.isolation = isolation;
    must(qjsp_isolate_new(&iso, &opt));
    if (extra > 0) {
        snprintf(boot, sizeof boot, "globalThis.ballast = new Uint8Array(%zu).fill(1)", extra);
        qjsp_task_init(&task);
        task.kind = QJSP_TASK_BOOT;
        task.source = (qjsp_bytes){ (const uint8_t *)boot, strlen(boot) };
        must(qjsp_isolate_begin(iso, &task, 0));
        qjsp_isolate_poll(iso, 0, &poll);
        must(qjsp_isolate_end(iso));
    }
    must(qjsp_isolate_seal(iso));
    return iso;
}

static void evaluate(qjsp_isolate *iso)
{
    qjsp_task task;
    qjsp_poll poll;

    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)CODE, sizeof CODE - 1 };
    must(qjsp_isolate_begin(iso, &task, 0));
    qjsp_isolate_poll(iso, 0, &poll);
    must(qjsp_isolate_peek_result(iso)->status);
    must(qjsp_isolate_end(iso));
}

static void evaluate_anew(void)
{
    JSRuntime *rt = JS_NewRuntime();
    JSContext *ctx = JS_NewContext(rt);
    JSValue value = JS_Eval(ctx, CODE, sizeof CODE - 1, "eval.js", JS_EVAL_TYPE_GLOBAL);

    JS_FreeValue(ctx, value);
    JS_FreeContext(ctx);
    JS_FreeRuntime(rt);
}

static double time_isolate(qjsp_isolate *iso)
{
    double begin = now_us();

    for (int i = 0; i < PER_ROUND; i++)
        evaluate(iso);
    return (now_us() - begin) / PER_ROUND;
}

static double time_anew(void)
{
    double begin = now_us();

    for (int i = 0; i < PER_ROUND; i++)
        evaluate_anew();
    return (now_us() - begin) / PER_ROUND;
}

static void compare(void)
{
    qjsp_isolate *clean = make(QJSP_ISOLATION_TASK, 0), *shared = make(QJSP_ISOLATION_WORKER, 0);
    double a[ROUNDS], b[ROUNDS], c[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        a[i] = time_isolate(clean);
        b[i] = time_isolate(shared);
        c[i] = time_anew();
    }
    row("evaluate + restore, clean realm", median(a, ROUNDS), "us");
    row("evaluate, shared realm", median(b, ROUNDS), "us");
    row("new runtime + context + evaluate + free", median(c, ROUNDS), "us");
    row("clean realm is cheaper than new by", median(c, ROUNDS) / median(a, ROUNDS), "x");
    qjsp_isolate_free(clean);
    qjsp_isolate_free(shared);
}

static void restore_by_size(void)
{
    static const size_t extra[] = { 100 << 10, 800 << 10, 3800 << 10, 15800 << 10 };

    for (size_t k = 0; k < sizeof extra / sizeof extra[0]; k++) {
        qjsp_isolate *iso = make(QJSP_ISOLATION_TASK, extra[k]);
        double times[ROUNDS];
        qjsp_isolate_usage usage;
        char name[64];

        for (int i = 0; i < ROUNDS; i++) {
            double begin = now_us();

            for (int n = 0; n < 20; n++)
                must(qjsp_isolate_restore(iso));
            times[i] = (now_us() - begin) / 20;
        }
        qjsp_isolate_get_usage(iso, &usage);
        snprintf(name, sizeof name, "restore of %.1f MB", (double)usage.snapshot_bytes / 1e6);
        row(name, median(times, ROUNDS), "us");
        qjsp_isolate_free(iso);
    }
}

static void resident(void)
{
    enum { N = 1000 };
    qjsp_isolate **all = calloc(N, sizeof *all);
    double before = resident_kib();

    if (all == NULL)
        abort();
    for (int i = 0; i < N; i++) {
        all[i] = make(QJSP_ISOLATION_TASK, 0);
        evaluate(all[i]);
    }
    row("resident memory of an idle isolate, of 1,000", (resident_kib() - before) / N / 1024,
        "MiB");
    for (int i = 0; i < N; i++)
        qjsp_isolate_free(all[i]);
    free(all);
}

int main(void)
{
    compare();
    restore_by_size();
    resident();
    return 0;
}
