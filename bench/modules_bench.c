/* SPDX-License-Identifier: MIT */
/*
 * An import of lodash-es, 640 files: the first in an isolate, the second (what was compiled is kept),
 * and the same by the engine alone with a loader as its own command qjs has, in turns within one
 * process; medians.
 *
 *     bench_modules_bench FOLDER      that has node_modules/lodash-es
 */
#define _XOPEN_SOURCE 700
#include <qjspool/isolate.h>
#include <quickjs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stopwatch.h"

enum { ROUNDS = 25 };

static const char ENTRY[] = "node_modules/lodash-es/lodash.js";

/* ---- the engine alone, as qjs loads modules ---- */

static char *read_file(const char *name, size_t *len)
{
    FILE *in = fopen(name, "rb");
    char *text;
    long size;

    if (in == NULL || fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0) {
        perror(name);
        exit(1);
    }
    rewind(in);
    text = malloc((size_t)size + 1);
    *len = text == NULL ? 0 : fread(text, 1, (size_t)size, in);
    if (text == NULL || *len != (size_t)size)
        exit(1);
    text[size] = '\0';
    fclose(in);
    return text;
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque)
{
    size_t len;
    char *text = read_file(name, &len);
    JSValue value = JS_Eval(ctx, text, len, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    JSModuleDef *module = JS_IsException(value) ? NULL : JS_VALUE_GET_PTR(value);

    (void)opaque;
    free(text);
    JS_FreeValue(ctx, value);
    return module;
}

static double time_engine(const char *entry)
{
    double begin = now_us();
    JSRuntime *rt = JS_NewRuntime();
    JSContext *ctx = JS_NewContext(rt), *job;
    char code[4096];
    JSValue value;

    JS_SetModuleLoaderFunc(rt, NULL, load, NULL);
    snprintf(code, sizeof code, "import * as _ from '%s'; globalThis.n = Object.keys(_).length",
             entry);
    value = JS_Eval(ctx, code, strlen(code), "main.js", JS_EVAL_TYPE_MODULE);
    if (JS_IsException(value))
        exit(1);
    JS_FreeValue(ctx, value);
    while (JS_ExecutePendingJob(rt, &job) > 0) {
    }
    JS_FreeContext(ctx);
    JS_FreeRuntime(rt);
    return now_us() - begin;
}

/* ---- isolates ---- */

static qjsp_isolate *make(const char *folder)
{
    const qjsp_mount mount = {
        .path = "/app", .kind = QJSP_MOUNT_DIRECTORY, .directory = folder, .is_read_only = true
    };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    qjsp_isolate_options_init(&opt);
    opt.mounts = &mount;
    opt.nmounts = 1;
    must(qjsp_isolate_new(&iso, &opt));
    must(qjsp_isolate_seal(iso));
    return iso;
}

static double time_task(qjsp_isolate *iso)
{
    static const char code[] =
        "import * as _ from 'lodash-es'; export const n = Object.keys(_).length";
    double begin = now_us();
    qjsp_task task;
    qjsp_poll poll;

    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)code, strlen(code) };
    must(qjsp_isolate_begin(iso, &task, 0));
    qjsp_isolate_poll(iso, 0, &poll);
    must(qjsp_isolate_peek_result(iso)->status);
    must(qjsp_isolate_end(iso));
    return now_us() - begin;
}

int main(int argc, char **argv)
{
    double engine[ROUNDS], first[ROUNDS], second[ROUNDS], alone, a, b;
    char entry[2048];

    if (argc != 2 || snprintf(entry, sizeof entry, "%s/%s", argv[1], ENTRY) >= (int)sizeof entry) {
        fprintf(stderr, "usage: bench_modules_bench FOLDER\n");
        return 2;
    }
    for (int i = 0; i < ROUNDS; i++) {
        qjsp_isolate *iso = make(argv[1]);

        engine[i] = time_engine(entry);
        first[i] = time_task(iso);
        second[i] = time_task(iso);
        qjsp_isolate_free(iso);
    }
    alone = median(engine, ROUNDS);
    a = median(first, ROUNDS);
    b = median(second, ROUNDS);
    printf("%-48s %9.2f ms\n", "import lodash-es, the engine's own way", alone / 1000);
    printf("%-48s %9.2f ms   %.2f of that\n", "first task of an isolate", a / 1000, a / alone);
    printf("%-48s %9.2f ms   %.2f of the first\n", "second task", b / 1000, b / a);
    return 0;
}
