/* SPDX-License-Identifier: MIT */
/* No name leads out of the folder: links of every kind, and things that move meanwhile; by the
 * kernel's help and without it. */
#define _GNU_SOURCE
#include "fs/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "tests/temp_folder.h"

static char *outer; /* holds "secret" and the folder "in" */
static int outer_fd;
static qjsp__beneath beneath;

static void make_file(int dir, const char *path, const char *text)
{
    int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void make_link(const char *path, const char *target)
{
    if (symlinkat(target, beneath.root, path) != 0)
        CHECK_FAIL(path, __FILE__, __LINE__, "  no link: %s\n", strerror(errno));
}

static int begin_with(bool is_slow)
{
    char target[512];

    outer = temp_folder_new(NULL);
    outer_fd = open(outer, O_PATH | O_DIRECTORY);
    make_file(outer_fd, "secret", "SECRET");
    assert_int_equal(mkdirat(outer_fd, "in", 0777), 0);
    assert_int_equal(mkdirat(outer_fd, "in/dir", 0777), 0);
    assert_int_equal(mkdirat(outer_fd, "in/dir/sub", 0777), 0);
    make_file(outer_fd, "in/file", "ok");
    make_file(outer_fd, "in/dir/file", "ok");
    beneath.root = openat(outer_fd, "in", O_RDONLY | O_DIRECTORY);
    atomic_store(&beneath.is_slow, is_slow);
    make_link("up", "../secret");
    make_link("up-deep", "dir/../../secret");
    make_link("dir/up", "../../secret");
    make_link("up-dir", "..");
    make_link("absolute", "/etc/passwd");
    make_link("root", "/");
    snprintf(target, sizeof target, "%s/in/file", outer);
    make_link("absolute-inside", target);
    make_link("proc", "/proc/self/cwd");
    make_link("fd", "/proc/self/fd");
    make_link("self", "self");
    make_link("ping", "pong");
    make_link("pong", "ping");
    make_link("dangling", "new");
    make_link("dangling-out", "../new");
    make_link("good", "file");
    make_link("dir/good", "../file");
    make_link("around", "dir/sub/../../dir/./file");
    make_link("gooddir", "dir/");
    make_link("chain", "dir/good");
    make_link("via", "gooddir/sub/../file");
    make_link("not-a-dir", "file/..//file");
    return 0;
}

static int begin_quick(void **state)
{
    (void)state;
    return begin_with(false);
}

static int begin_slow(void **state)
{
    (void)state;
    return begin_with(true);
}

static int end(void **state)
{
    (void)state;
    close(beneath.root);
    close(outer_fd);
    temp_folder_free(outer);
    return 0;
}

static const struct {
    const char *path;
    int want; /* errno; 0: it reads "ok" */
    const char *real;
} reads[] = {
    { "file", 0, "file" },
    { "dir/file", 0, "dir/file" },
    { "good", 0, "file" },
    { "dir/good", 0, "file" },
    { "chain", 0, "file" },
    { "around", 0, "dir/file" },
    { "gooddir/file", 0, "dir/file" },
    { "gooddir/good", 0, "file" },
    { "via", 0, "dir/file" },
    { "up", EXDEV, NULL },
    { "up-deep", EXDEV, NULL },
    { "dir/up", EXDEV, NULL },
    { "gooddir/up", EXDEV, NULL },
    { "up-dir/secret", EXDEV, NULL },
    { "up-dir/in/file", EXDEV, NULL },
    { "absolute", EXDEV, NULL },
    { "absolute-inside", EXDEV, NULL },
    { "root/etc/passwd", EXDEV, NULL },
    { "proc/x", EXDEV, NULL },
    { "fd/0", EXDEV, NULL },
    { "self", ELOOP, NULL },
    { "ping", ELOOP, NULL },
    { "ping/x", ELOOP, NULL },
    { "dangling", ENOENT, NULL },
    { "dangling-out", EXDEV, NULL },
    { "none", ENOENT, NULL },
    { "none/x", ENOENT, NULL },
    { "file/x", ENOTDIR, NULL },
    { "good/x", ENOTDIR, NULL },
    { "not-a-dir", ENOTDIR, NULL },
};

static void where_reading_leads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        int fd = qjsp__beneath_open(&beneath, reads[i].path, O_RDONLY, 0), error = errno;
        char text[16] = "", real[QJSP__PATH_MAX];

        CHECK_INT(reads[i].path, fd >= 0 ? 0 : error, reads[i].want);
        if (fd >= 0) {
            assert_true(read(fd, text, sizeof text - 1) >= 0);
            CHECK_STR(reads[i].path, text, "ok");
            CHECK_INT("not inherited", fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
            close(fd);
        }
        CHECK_INT(reads[i].path, qjsp__beneath_realpath(&beneath, reads[i].path, real),
                  reads[i].want == 0 ? 0 : -1);
        if (reads[i].real != NULL)
            CHECK_STR(reads[i].path, real, reads[i].real);
    }
}

static void making_through_links(void **state)
{
    int fd;

    (void)state;
    fd = qjsp__beneath_open(&beneath, "dangling-out", O_WRONLY | O_CREAT, 0666);
    CHECK_INT("not outside", fd >= 0 ? 0 : errno, EXDEV);
    CHECK_INT("nothing was made", faccessat(outer_fd, "new", F_OK, 0), -1);
    fd = qjsp__beneath_open(&beneath, "dangling", O_WRONLY | O_CREAT, 0666);
    CHECK_TRUE("inside", fd >= 0);
    close(fd);
    CHECK_INT("it was made", faccessat(beneath.root, "new", F_OK, 0), 0);
    fd = qjsp__beneath_open(&beneath, "good", O_WRONLY | O_NOFOLLOW, 0);
    CHECK_INT("not followed", fd >= 0 ? 0 : errno, ELOOP);
    fd = qjsp__beneath_open(&beneath, "good", O_WRONLY | O_CREAT | O_EXCL, 0);
    CHECK_INT("a link is something", fd >= 0 ? 0 : errno, EEXIST);
}

static void parents(void **state)
{
    static const struct {
        const char *path, *name;
        int want;
    } cases[] = {
        { "", ".", 0 },
        { "x", "x", 0 },
        { "dir/x", "x", 0 },
        { "gooddir/x", "x", 0 },
        { "up-dir/x", "x", EXDEV },
        { "root/x", "x", EXDEV },
        { "file/x", "x", ENOTDIR },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *name;
        int fd = qjsp__beneath_open_parent(&beneath, cases[i].path, &name);

        CHECK_INT(cases[i].path, fd >= 0 ? 0 : errno, cases[i].want);
        CHECK_STR(cases[i].path, name, cases[i].name);
        if (fd >= 0)
            qjsp__beneath_close(&beneath, fd);
    }
}

/* ---- races ---- */

static atomic_bool is_over;

/* A folder of the path becomes a link that leads out, and again a folder, all the time. */
static void *swap(void *arg)
{
    (void)arg;
    assert_int_equal(symlinkat("../", beneath.root, "trap"), 0);
    while (!atomic_load(&is_over))
        renameat2(beneath.root, "trap", beneath.root, "dir", RENAME_EXCHANGE);
    return NULL;
}

/* The folder that it is in the middle of moves out of the root, and back. */
static void *move_out(void *arg)
{
    (void)arg;
    while (!atomic_load(&is_over)) {
        renameat(beneath.root, "dir", outer_fd, "dir");
        renameat(outer_fd, "dir", beneath.root, "dir");
    }
    return NULL;
}

static void race(void *(*other)(void *), const char *path)
{
    pthread_t thread;

    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&thread, NULL, other, NULL), 0);
    for (int i = 0; i < 5000; i++) {
        char text[16] = "";
        int fd = qjsp__beneath_open(&beneath, path, O_RDONLY, 0);

        if (fd < 0)
            continue;
        assert_true(read(fd, text, sizeof text - 1) >= 0);
        close(fd);
        if (strcmp(text, "SECRET") == 0)
            break;
        CHECK_STR("only what is inside", text, "ok");
    }
    atomic_store(&is_over, true);
    pthread_join(thread, NULL);
}

static void a_folder_that_becomes_a_link(void **state)
{
    (void)state;
    /* through the link it would be the secret */
    make_file(beneath.root, "dir/secret", "ok");
    race(swap, "dir/secret");
}

static void a_folder_that_moves_out(void **state)
{
    (void)state;
    make_link("dir/sub/out", "../../secret");
    race(move_out, "dir/sub/out");
}

#define BOTH(test)                                                                                 \
    cmocka_unit_test_setup_teardown(test, begin_quick, end),                                       \
        cmocka_unit_test_setup_teardown(test, begin_slow, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(where_reading_leads),          BOTH(making_through_links),    BOTH(parents),
        BOTH(a_folder_that_becomes_a_link), BOTH(a_folder_that_moves_out),
    };

    return cmocka_run_group_tests_name("fs/beneath", tests, NULL, NULL);
}
