/* SPDX-License-Identifier: MIT */
/* Buffers as C's FILE has them: checked against the C library's own, operation by operation. */
#define _POSIX_C_SOURCE 200809L
#include "fs/stream.h"

#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"
#include "tests/temp_folder.h"

static qjsp__fs *fs;

static int begin(void **state)
{
    const qjsp_mount mount = { .path = "/data" };

    (void)state;
    return qjsp__fs_new(&fs, &mount, 1, 10, qjsp_alloc_default()) == QJSP_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    qjsp__fs_free(fs);
    return 0;
}

static int open_stream(const char *name, const char *mode)
{
    qjsp__path path;
    uint32_t flags;
    int fd;

    assert_int_equal(qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)name, strlen(name) }),
                     0);
    fd = qjsp__stream_parse_mode(mode, &flags);
    if (fd == 0)
        fd = qjsp__fs_open(fs, &path, flags, 0666);
    if (fd >= 0)
        assert_int_equal(qjsp__stream_attach(fs, fd, flags), 0);
    return fd;
}

static qjsp__file *open_f(const char *mode)
{
    return qjsp__fs_get(fs, open_stream("/data/f", mode));
}

static const struct {
    const char *mode;
    int want;
} modes[] = {
    { "r", 0 },
    { "rb", 0 },
    { "r+", QJSP__O_RDWR },
    { "rb+", QJSP__O_RDWR },
    { "r+b", QJSP__O_RDWR },
    { "w", QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_TRUNC },
    { "w+", QJSP__O_RDWR | QJSP__O_CREAT | QJSP__O_TRUNC },
    { "wx", QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_TRUNC | QJSP__O_EXCL },
    { "a", QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_APPEND },
    { "a+b", QJSP__O_RDWR | QJSP__O_CREAT | QJSP__O_APPEND },
    { "", -QJSP__EINVAL },
    { "b", -QJSP__EINVAL },
    { "+", -QJSP__EINVAL },
    { "x", -QJSP__EINVAL },
};

static void modes_are_those_of_fopen(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        uint32_t flags = 0;
        int ret = qjsp__stream_parse_mode(modes[i].mode, &flags);

        CHECK_INT(modes[i].mode, ret < 0 ? ret : (int)flags, modes[i].want);
    }
}

/* ---- against the C library ---- */

static uint64_t seed;

static unsigned next(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

/* Mostly small, sometimes around the size of the buffer. */
static size_t some_length(void)
{
    return next(10) == 0 ? QJSP__STREAM_SIZE - 2 + next(5) : next(2000);
}

static void same_read(qjsp__file *ours, FILE *theirs)
{
    static uint8_t a[2 * QJSP__STREAM_SIZE], b[2 * QJSP__STREAM_SIZE];
    size_t len = some_length(), n = qjsp__stream_read(ours, a, len);

    CHECK_INT("read", n, fread(b, 1, len, theirs));
    CHECK_BYTES("bytes", a, n, b, n);
}

static void same_write(qjsp__file *ours, FILE *theirs)
{
    static uint8_t bytes[2 * QJSP__STREAM_SIZE];
    size_t len = some_length();

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)next(256);
    CHECK_INT("write", qjsp__stream_write(ours, bytes, len), fwrite(bytes, 1, len, theirs));
}

static void same_seek(qjsp__file *ours, FILE *theirs)
{
    int whence = (int)next(3);
    long offset = (long)next(400000) - (whence == QJSP__SEEK_SET ? 1000 : 200000);

    CHECK_INT("seek", qjsp__stream_seek(ours, offset, whence) < 0 ? -1 : 0,
              fseek(theirs, offset, whence));
}

static void compare_runs(const char *mode, unsigned rounds)
{
    char *folder = temp_folder_new(NULL), path[512];
    qjsp__file *ours;
    FILE *theirs;
    char last = 's';

    snprintf(path, sizeof path, "%s/f", folder);
    theirs = fopen(path, "w+");
    theirs = freopen(path, mode, theirs);
    open_f("w"); /* as empty as that one */
    qjsp__fs_close_all(fs, true);
    ours = open_f(mode);
    for (unsigned i = 0; i < rounds; i++) {
        char what = "rwst"[next(4)];

        /* C wants a seek between reading and writing */
        if ((what == 'r' && last == 'w') || (what == 'w' && last == 'r'))
            what = 's';
        if (what == 'r')
            same_read(ours, theirs);
        else if (what == 'w')
            same_write(ours, theirs);
        else if (what == 's')
            same_seek(ours, theirs);
        else
            CHECK_INT("tell", qjsp__stream_tell(ours), ftell(theirs));
        CHECK_INT("end of file", ours->stream->is_eof, feof(theirs) != 0);
        if (what != 't')
            last = what;
    }
    CHECK_INT("flush", qjsp__stream_flush(ours), fflush(theirs));
    CHECK_INT("size", qjsp__stream_seek(ours, 0, QJSP__SEEK_END), fseek(theirs, 0, SEEK_END));
    CHECK_INT("size", qjsp__stream_tell(ours), ftell(theirs));
    fclose(theirs);
    temp_folder_free(folder);
    qjsp__fs_close_all(fs, true);
}

static void random_runs_are_those_of_the_c_library(void **state)
{
    (void)state;
    for (seed = 1; seed < 4; seed += 3) {
        compare_runs("w+", 2000);
        compare_runs("r+", 500);
    }
}

/* ---- by itself ---- */

static void what_was_not_flushed_is_lost(void **state)
{
    uint8_t buf[8];

    (void)state;
    qjsp__stream_write(open_f("w"), (const uint8_t *)"one", 3);
    qjsp__fs_flush_all(fs);
    qjsp__stream_write(open_f("a"), (const uint8_t *)"two", 3);
    qjsp__fs_close_all(fs, false);
    CHECK_INT("only what was flushed", qjsp__stream_read(open_f("r"), buf, 8), 3);
    qjsp__fs_close_all(fs, true);
    qjsp__stream_write(open_f("a"), (const uint8_t *)"two", 3);
    qjsp__fs_close_all(fs, true);
    CHECK_INT("closed with it", qjsp__stream_read(open_f("r"), buf, 8), 6);
}

static void the_end_sticks_until_it_is_cleared(void **state)
{
    qjsp__file *w, *r;
    uint8_t buf[8];

    (void)state;
    w = open_f("w");
    r = open_f("r");
    CHECK_INT("nothing there", qjsp__stream_read(r, buf, 8), 0);
    qjsp__stream_write(w, (const uint8_t *)"x", 1);
    qjsp__stream_flush(w);
    CHECK_INT("sticks", qjsp__stream_read(r, buf, 8), 0);
    r->stream->is_eof = false;
    CHECK_INT("cleared", qjsp__stream_read(r, buf, 8), 1);
}

static void wrong_directions_fail(void **state)
{
    qjsp__file *w = open_f("w"), *r = open_f("r");
    uint8_t buf[8];

    (void)state;
    CHECK_INT("read", qjsp__stream_read(w, buf, 8), 0);
    CHECK_TRUE("says so", w->stream->has_failed && !w->stream->is_eof);
    CHECK_INT("write", qjsp__stream_write(r, buf, 8), 0);
    CHECK_TRUE("says so", r->stream->has_failed);
}

static void appends_of_two_streams(void **state)
{
    qjsp__file *a = open_f("a"), *b = open_f("a+");
    uint8_t buf[8];

    (void)state;
    qjsp__stream_write(a, (const uint8_t *)"1", 1);
    qjsp__stream_write(b, (const uint8_t *)"2", 1);
    CHECK_INT("where it will be is known when it is there", qjsp__stream_tell(b), 1);
    qjsp__stream_flush(a);
    CHECK_INT("tell", qjsp__stream_tell(a), 2);
    assert_int_equal(qjsp__stream_seek(b, 0, QJSP__SEEK_SET), 0);
    CHECK_INT("both", qjsp__stream_read(b, buf, 8), 2);
    CHECK_BYTES("in order", buf, 2, "21", 2);
}

static void descriptors_and_streams(void **state)
{
    int fd = open_stream("/data/f", "w+");
    qjsp__path path;
    int plain;

    (void)state;
    CHECK_INT("one has one", qjsp__stream_attach(fs, fd, QJSP__O_RDWR), -QJSP__EBUSY);
    CHECK_INT("none is open", qjsp__stream_attach(fs, 99, QJSP__O_RDWR), -QJSP__EBADF);
    assert_int_equal(qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)"/data/f", 7 }), 0);
    plain = qjsp__fs_open(fs, &path, QJSP__O_RDONLY, 0);
    CHECK_INT("not opened for that", qjsp__stream_attach(fs, plain, QJSP__O_WRONLY), -QJSP__EINVAL);
    CHECK_INT("for that it was", qjsp__stream_attach(fs, plain, QJSP__O_RDONLY), 0);
}

static void what_has_no_room_stays_in_the_buffer(void **state)
{
    const qjsp_mount mount = { .path = "/data", .limit = 2000 };
    static uint8_t bytes[1500];
    qjsp__file *f, *g;

    (void)state;
    qjsp__fs_free(fs);
    assert_int_equal(qjsp__fs_new(&fs, &mount, 1, 10, qjsp_alloc_default()), QJSP_OK);
    open_stream("/data/f", "w");
    open_stream("/data/g", "w");
    f = qjsp__fs_get(fs, QJSP__FD_FIRST);
    g = qjsp__fs_get(fs, QJSP__FD_FIRST + 1);
    CHECK_INT("taken", qjsp__stream_write(f, bytes, 1000), 1000);
    CHECK_INT("there", qjsp__stream_flush(f), 0);
    CHECK_INT("taken too", qjsp__stream_write(g, bytes, 1500), 1500);
    CHECK_INT("no room", qjsp__stream_flush(g), -QJSP__ENOSPC);
    CHECK_TRUE("says so", g->stream->has_failed);
    assert_int_equal(f->store->ops->truncate(f->store, f->handle, 0), 0);
    CHECK_INT("no room either", qjsp__stream_flush(g), -QJSP__ENOSPC);
    CHECK_INT("closing tells", qjsp__fs_close(fs, QJSP__FD_FIRST + 1), -QJSP__ENOSPC);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_are_those_of_fopen),
        WITH(random_runs_are_those_of_the_c_library),
        WITH(what_was_not_flushed_is_lost),
        WITH(the_end_sticks_until_it_is_cleared),
        WITH(wrong_directions_fail),
        WITH(appends_of_two_streams),
        WITH(descriptors_and_streams),
        WITH(what_has_no_room_stays_in_the_buffer),
    };

    return cmocka_run_group_tests_name("fs/stream", tests, NULL, NULL);
}
