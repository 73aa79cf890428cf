/* SPDX-License-Identifier: MIT */
/* Descriptors: their numbers, their limit, their positions, and what they were opened for. */
#include "fs/files.h"

#include "fixture.h"
#include "fs/stream.h"

enum { OPEN_LIMIT = 10 };

static qjsp__fs *fs;

static int begin(void **state)
{
    const qjsp_mount mount = { .path = "/data" };

    (void)state;
    return qjsp__fs_new(&fs, &mount, 1, OPEN_LIMIT, qjsp_alloc_default()) == QJSP_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    qjsp__fs_free(fs);
    qjsp__fs_free(NULL);
    return 0;
}

static int open_file(const char *text, uint32_t flags)
{
    qjsp__path path;
    int ret = qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)text, strlen(text) });

    return ret < 0 ? ret : qjsp__fs_open(fs, &path, flags, 0666);
}

static const uint32_t RW = QJSP__O_RDWR | QJSP__O_CREAT;

static void numbers(void **state)
{
    int fds[OPEN_LIMIT];

    (void)state;
    for (int i = 0; i < OPEN_LIMIT; i++) {
        fds[i] = open_file("/data/f", RW);
        assert_int_equal(fds[i], QJSP__FD_FIRST + i);
    }
    CHECK_INT("one too many", open_file("/data/f", RW), -QJSP__EMFILE);
    CHECK_INT("nameless too", qjsp__fs_open_nameless(fs), -QJSP__EMFILE);
    assert_int_equal(qjsp__fs_close(fs, fds[4]), 0);
    CHECK_INT("twice", qjsp__fs_close(fs, fds[4]), -QJSP__EBADF);
    CHECK_INT("the lowest is next", open_file("/data/f", RW), fds[4]);
    CHECK_INT("input", qjsp__fs_close(fs, 0), -QJSP__EBADF);
    CHECK_INT("negative", qjsp__fs_close(fs, -1), -QJSP__EBADF);
    CHECK_INT("huge", qjsp__fs_close(fs, INT32_MAX), -QJSP__EBADF);
    qjsp__fs_close_all(fs, true);
    CHECK_INT("all closed", fs->nopen, 0);
    CHECK_TRUE("not open", qjsp__fs_get(fs, fds[0]) == NULL);
    CHECK_INT("from the start", open_file("/data/f", RW), QJSP__FD_FIRST);
}

static void slots_tell_their_files_apart(void **state)
{
    uint32_t generation;
    int fd = open_file("/data/f", RW);

    (void)state;
    generation = qjsp__fs_get(fs, fd)->generation;
    qjsp__fs_close(fs, fd);
    assert_int_equal(open_file("/data/f", RW), fd);
    assert_true(qjsp__fs_get(fs, fd)->generation != generation);
}

static void positions(void **state)
{
    qjsp__file *f = qjsp__fs_get(fs, open_file("/data/f", RW));
    uint8_t buf[8];

    (void)state;
    CHECK_INT("write", qjsp__file_write(f, (const uint8_t *)"abcdef", 6), 6);
    CHECK_INT("at the end", qjsp__file_read(f, buf, 8), 0);
    CHECK_INT("back", qjsp__file_seek(f, -2, QJSP__SEEK_CUR), 4);
    CHECK_INT("the rest", qjsp__file_read(f, buf, 8), 2);
    CHECK_INT("from the end", qjsp__file_seek(f, -6, QJSP__SEEK_END), 0);
    CHECK_INT("before the start", qjsp__file_seek(f, -1, QJSP__SEEK_SET), -QJSP__EINVAL);
    CHECK_INT("no such place", qjsp__file_seek(f, 0, 3), -QJSP__EINVAL);
    CHECK_INT("too far", qjsp__file_seek(f, INT64_MAX, QJSP__SEEK_END), -QJSP__EOVERFLOW);
    CHECK_INT("much too far back", qjsp__file_seek(f, INT64_MIN, QJSP__SEEK_CUR), -QJSP__EINVAL);
    CHECK_INT("it stayed", qjsp__file_seek(f, 0, QJSP__SEEK_CUR), 0);
    CHECK_INT("far", qjsp__file_seek(f, QJSP__OFFSET_MAX, QJSP__SEEK_SET), QJSP__OFFSET_MAX);
    CHECK_INT("no byte goes there", qjsp__file_write(f, buf, 1), -QJSP__EFBIG);
    CHECK_INT("nothing is there", qjsp__file_read(f, buf, 1), 0);
}

static void what_it_was_opened_for(void **state)
{
    qjsp__file *w = qjsp__fs_get(fs, open_file("/data/f", QJSP__O_WRONLY | QJSP__O_CREAT));
    uint8_t buf[4];
    int r;

    (void)state;
    CHECK_INT("only to write", qjsp__file_read(w, buf, 4), -QJSP__EBADF);
    r = open_file("/data/f", QJSP__O_RDONLY);
    CHECK_INT("only to read", qjsp__file_write(qjsp__fs_get(fs, r), buf, 4), -QJSP__EBADF);
    CHECK_INT("both at once", open_file("/data/f", 3), -QJSP__EINVAL);
    CHECK_INT("cut to read", open_file("/data/f", QJSP__O_TRUNC), -QJSP__EINVAL);
    CHECK_TRUE("flags of others", open_file("/data/f", 0x7f000000) >= 0);
}

static void appending(void **state)
{
    qjsp__file *a = qjsp__fs_get(fs, open_file("/data/f", RW | QJSP__O_APPEND));
    uint8_t buf[8];

    (void)state;
    CHECK_INT("write", qjsp__file_write(a, (const uint8_t *)"ab", 2), 2);
    CHECK_INT("to the start", qjsp__file_seek(a, 0, QJSP__SEEK_SET), 0);
    CHECK_INT("read there", qjsp__file_read(a, buf, 1), 1);
    CHECK_INT("write at the end", qjsp__file_write(a, (const uint8_t *)"c", 1), 1);
    CHECK_INT("it is there then", qjsp__file_seek(a, 0, QJSP__SEEK_CUR), 3);
}

static bool has_opened_all;

static qjsp_status use(const qjsp_alloc *alloc)
{
    const qjsp_mount mount = { .path = "/data" };
    qjsp_status st = qjsp__fs_new(&fs, &mount, 1, 100, alloc);
    int fd = 0;

    has_opened_all = false;
    if (st != QJSP_OK)
        return st;
    for (int i = 0; i < 20 && fd >= 0; i++) {
        fd = open_file("/data/f", RW);
        if (fd >= 0 && i % 4 == 0) {
            int ret = qjsp__stream_attach(fs, fd, QJSP__O_RDWR);

            if (ret == 0 && qjsp__stream_write(qjsp__fs_get(fs, fd), (uint8_t *)"x", 1) != 1)
                ret = -QJSP__ENOMEM;
            fd = ret < 0 ? ret : fd;
        }
    }
    CHECK_TRUE("no other error", fd >= 0 || fd == -QJSP__ENOMEM);
    has_opened_all = fd >= 0;
    qjsp__fs_flush_all(fs);
    qjsp__fs_free(fs);
    return fd >= 0 ? QJSP_OK : QJSP_ERR_NOMEM;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0;; i++) {
        oom o = { .fail_at = i };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp_status st = use(&alloc);

        assert_int_equal(o.live, 0);
        if (o.calls <= i) {
            assert_int_equal(st, QJSP_OK);
            break;
        }
        /* what fails while flushing all, nobody hears of */
        CHECK_TRUE("says so", st == QJSP_ERR_NOMEM || has_opened_all);
    }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(numbers),   WITH(slots_tell_their_files_apart),
        WITH(positions), WITH(what_it_was_opened_for),
        WITH(appending), cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("fs/files", tests, NULL, NULL);
}
