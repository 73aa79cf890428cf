/* SPDX-License-Identifier: MIT */
/*
 * Files of guests: what mounts cost tasks that use none, and 4 KB written and read back, by each of
 * the guest's ways, beside the same system calls from C.
 *
 * All run in turns within one process; medians of many short rounds. bench_files_bench [FOLDER]: where
 * the files are (default: $TMPDIR, else /tmp); in /dev/shm the disk has no say.
 */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stopwatch.h"
#include "tests/temp_folder.h"

enum { ROUNDS = 41, PER_ROUND = 200, SIZE = 4096 };

static char *folder;

static qjsp_isolate *make(qjsp_mount_kind kind, size_t nmounts)
{
    const qjsp_mount mount = { .path = "/data", .kind = kind, .directory = folder };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    qjsp_isolate_options_init(&opt);
    opt.mounts = nmounts == 0 ? NULL : &mount;
    opt.nmounts = nmounts;
    must(qjsp_isolate_new(&iso, &opt));
    must(qjsp_isolate_seal(iso));
    return iso;
}

static void run(qjsp_isolate *iso, const char *code)
{
    qjsp_task task;
    qjsp_poll poll;

    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)code, strlen(code) };
    must(qjsp_isolate_begin(iso, &task, 0));
    qjsp_isolate_poll(iso, 0, &poll);
    must(qjsp_isolate_peek_result(iso)->status);
    must(qjsp_isolate_end(iso));
}

/* ---- a task without files ---- */

static double time_task(qjsp_isolate *iso)
{
    double begin = now_us();

    for (int i = 0; i < PER_ROUND; i++)
        run(iso, "const a = [1, 2, 3].map(x => x * 2); a[0] + a[2]");
    return (now_us() - begin) / PER_ROUND;
}

static void compare_tasks(void)
{
    qjsp_isolate *without = make(QJSP_MOUNT_MEMORY, 0), *with = make(QJSP_MOUNT_MEMORY, 1);
    double a[ROUNDS], b[ROUNDS];
    qjsp_isolate_usage usage[2];

    qjsp_isolate_get_usage(without, &usage[0]);
    qjsp_isolate_get_usage(with, &usage[1]);
    for (int i = 0; i < ROUNDS; i++) {
        a[i] = time_task(without);
        b[i] = time_task(with);
    }
    printf("a clean realm and a small task that uses no files:\n"
           "  without mounts  %6.2f us, snapshot of %zu bytes\n"
           "  with a mount    %6.2f us, snapshot of %zu bytes\n\n",
           median(a, ROUNDS), usage[0].snapshot_bytes, median(b, ROUNDS), usage[1].snapshot_bytes);
    qjsp_isolate_free(without);
    qjsp_isolate_free(with);
}

/* ---- 4 KB there and back ---- */

static const struct {
    const char *name;
    const char *code; /* 200 times, in one task */
} ways[] = {
    { "os.open, write, close, open, read, close",
      "const b = new ArrayBuffer(4096); for (let i = 0; i < 200; i++) {"
      " let fd = os.open('/data/f', os.O_WRONLY | os.O_CREAT | os.O_TRUNC); os.write(fd, b, 0, 4096);"
      " os.close(fd); fd = os.open('/data/f', os.O_RDONLY); os.read(fd, b, 0, 4096); os.close(fd) }" },
    { "std.open, write, close, open, read, close",
      "const b = new ArrayBuffer(4096); for (let i = 0; i < 200; i++) {"
      " let f = std.open('/data/f', 'w'); f.write(b); f.close();"
      " f = std.open('/data/f', 'r'); f.read(b); f.close() }" },
    { "std.writeFile, loadFile",
      "const b = new ArrayBuffer(4096); for (let i = 0; i < 200; i++) {"
      " std.writeFile('/data/f', b); std.loadFile('/data/f', { binary: true }) }" },
    { "fs.writeFileSync, readFileSync",
      "const fs = await import('fs'), b = new Uint8Array(4096); for (let i = 0; i < 200; i++) {"
      " fs.writeFileSync('/data/f', b); fs.readFileSync('/data/f') }" },
};

enum { WAYS = sizeof ways / sizeof ways[0] };

static double time_c(void)
{
    static char path[300], bytes[SIZE];
    double begin = now_us();

    snprintf(path, sizeof path, "%s/f", folder);
    for (int i = 0; i < PER_ROUND; i++) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

        must(fd >= 0 && write(fd, bytes, SIZE) == SIZE ? QJSP_OK : QJSP_ERR_SYSTEM);
        close(fd);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        must(fd >= 0 && read(fd, bytes, SIZE) == SIZE ? QJSP_OK : QJSP_ERR_SYSTEM);
        close(fd);
    }
    return (now_us() - begin) / PER_ROUND;
}

static double time_way(qjsp_isolate *iso, const char *code)
{
    double begin = now_us();

    run(iso, code);
    return (now_us() - begin) / PER_ROUND;
}

static void compare_files(void)
{
    qjsp_isolate *memory = make(QJSP_MOUNT_MEMORY, 1), *directory = make(QJSP_MOUNT_DIRECTORY, 1);
    static double c[ROUNDS], m[WAYS][ROUNDS], d[WAYS][ROUNDS];
    double base;

    for (int i = 0; i < ROUNDS; i++) {
        c[i] = time_c();
        for (int w = 0; w < WAYS; w++) {
            m[w][i] = time_way(memory, ways[w].code);
            d[w][i] = time_way(directory, ways[w].code);
        }
    }
    base = median(c, ROUNDS);
    printf("4 KB written to a file and read back:             memory     directory\n"
           "  %-44s             %6.2f us\n",
           "the system calls from C", base);
    for (int w = 0; w < WAYS; w++) {
        double on_disk = median(d[w], ROUNDS);

        printf("  %-44s %6.2f us  %6.2f us, %.2f times\n", ways[w].name, median(m[w], ROUNDS),
               on_disk, on_disk / base);
    }
    qjsp_isolate_free(memory);
    qjsp_isolate_free(directory);
}

int main(int argc, char **argv)
{
    folder = temp_folder_new(argc > 1 ? argv[1] : NULL);
    compare_tasks();
    compare_files();
    temp_folder_free(folder);
    return 0;
}
