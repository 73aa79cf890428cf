/* SPDX-License-Identifier: MIT */
/* Which store a path is in, what is read-only, and what stays where it is. */
#include "fs/mounts.h"

#include "base/checked.h"
#include "fixture.h"

static qjsp__mounts mounts;

static qjsp__path path_of(const char *text)
{
    qjsp__path path;

    assert_int_equal(qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)text, strlen(text) }),
                     0);
    return path;
}

/* /data with a file and a folder; /data/deep/tmp in it, whose parent is not there; /ro */
static int begin(void **state)
{
    qjsp_store *ro = fixture_store(0);
    const qjsp_mount from[] = {
        { .path = "/data", .kind = QJSP_MOUNT_MEMORY },
        { .path = "/data/deep/tmp", .kind = QJSP_MOUNT_MEMORY },
        { .path = "/ro", .kind = QJSP_MOUNT_STORE, .store = ro, .is_read_only = true },
        { .path = "/a/b/c", .kind = QJSP_MOUNT_MEMORY },
    };

    (void)state;
    assert_int_equal(put(ro, "f", "read me"), 0);
    assert_int_equal(ro->ops->mkdir(ro, "d", 0777), 0);
    assert_int_equal(qjsp__mounts_init(&mounts, from, QJSP_COUNTOF(from), qjsp_alloc_default()),
                     QJSP_OK);
    qjsp_store_unref(ro);
    assert_int_equal(put(mounts.items[0].store, "f", "data"), 0);
    assert_int_equal(mounts.items[0].store->ops->mkdir(mounts.items[0].store, "d", 0777), 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    qjsp__mounts_fini(&mounts);
    qjsp__mounts_fini(&mounts);
    return 0;
}

static const struct {
    const char *name;
    qjsp_mount mounts[2];
    qjsp_status want;
} bad[] = {
    { "a relative path", { { .path = "data" } }, QJSP_ERR_INVALID },
    { "no path", { { .path = NULL } }, QJSP_ERR_INVALID },
    { "an empty path", { { .path = "" } }, QJSP_ERR_INVALID },
    { "a slash at the end", { { .path = "/data/" } }, QJSP_ERR_INVALID },
    { "dots", { { .path = "/a/../b" } }, QJSP_ERR_INVALID },
    { "twice the same", { { .path = "/a" }, { .path = "/a" } }, QJSP_ERR_INVALID },
    { "no store", { { .path = "/a", .kind = QJSP_MOUNT_STORE } }, QJSP_ERR_INVALID },
    { "no directory", { { .path = "/a", .kind = QJSP_MOUNT_DIRECTORY } }, QJSP_ERR_INVALID },
    { "no such kind", { { .path = "/a", .kind = (qjsp_mount_kind)7 } }, QJSP_ERR_INVALID },
    { "a directory that is not there",
      { { .path = "/a", .kind = QJSP_MOUNT_DIRECTORY, .directory = "/no/such/folder" } },
      QJSP_ERR_SYSTEM },
    { "a file in place of a directory",
      { { .path = "/a", .kind = QJSP_MOUNT_DIRECTORY, .directory = "/etc/passwd" } },
      QJSP_ERR_SYSTEM },
};

static void what_cannot_be_mounted(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++) {
        qjsp__mounts m;
        size_t n = bad[i].mounts[1].path == NULL ? 1 : 2;

        CHECK_STATUS(bad[i].name, qjsp__mounts_init(&m, bad[i].mounts, n, qjsp_alloc_default()),
                     bad[i].want);
    }
}

static const struct {
    const char *path;
    int error;
    unsigned dev; /* 0: what holds mounts */
} stats[] = {
    { "/", 0, 0 },
    { "/data", 0, 1 },
    { "/data/f", 0, 1 },
    { "/data/f/", QJSP__ENOTDIR, 0 },
    { "/data/d/", 0, 1 },
    { "/data/none", QJSP__ENOENT, 0 },
    { "/data/deep", 0, 0 },
    { "/data/deep/tmp", 0, 2 },
    { "/data/deep/tmp/..", 0, 0 },
    { "/data/../ro/f", 0, 3 },
    { "/data/../../../ro", 0, 3 },
    { "/datax", QJSP__ENOENT, 0 },
    { "/a", 0, 0 },
    { "/a/b", 0, 0 },
    { "/a/b/c", 0, 4 },
    { "/a/x", QJSP__ENOENT, 0 },
    { "/etc/passwd", QJSP__ENOENT, 0 },
};

static void where_paths_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(stats); i++) {
        qjsp__path path = path_of(stats[i].path);
        qjsp__file_info info = { 0 };

        CHECK_INT(stats[i].path, qjsp__mounts_stat(&mounts, &path, true, &info), -stats[i].error);
        if (stats[i].error == 0)
            CHECK_INT(stats[i].path, info.dev, stats[i].dev);
    }
}

static const struct {
    const char *path, *want;
} lists[] = {
    { "/", "data ro a " },    { "/data", "d f deep " }, { "/data/deep", "tmp " },
    { "/data/deep/tmp", "" }, { "/a", "b " },           { "/a/b", "c " },
    { "/ro", "d f " },
};

static void what_folders_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(lists); i++) {
        qjsp__path path = path_of(lists[i].path);
        qjsp_buffer out;
        char names[256] = "";

        qjsp_buffer_init(&out, NULL, 0);
        CHECK_INT(lists[i].path, qjsp__mounts_list(&mounts, &path, &out), 0);
        for (size_t at = 0; at < out.len; at += strlen((char *)out.data + at) + 1) {
            strcat(names, (char *)out.data + at + 1);
            strcat(names, " ");
        }
        CHECK_STR(lists[i].path, names, lists[i].want);
        qjsp_buffer_fini(&out);
    }
}

enum { W = QJSP__O_WRONLY, C = QJSP__O_CREAT, T = QJSP__O_TRUNC, X = QJSP__O_EXCL };

static const struct {
    const char *path;
    uint32_t flags;
    int want;
} opens[] = {
    { "/data/f", 0, 0 },
    { "/data/f/", 0, QJSP__ENOTDIR },
    { "/data/new/", W | C, QJSP__EISDIR },
    { "/data/new", W | C, 0 },
    { "/data", 0, QJSP__EISDIR },
    { "/", 0, QJSP__EISDIR },
    { "/a", W | C, QJSP__EISDIR },
    { "/new", W | C, QJSP__EROFS },
    { "/new", 0, QJSP__ENOENT },
    { "/a/new", W | C, QJSP__EROFS },
    { "/no/where", W | C, QJSP__ENOENT },
    { "/ro/f", 0, 0 },
    { "/ro/f", C, 0 },
    { "/ro/f", W, QJSP__EROFS },
    { "/ro/f", W | C | T, QJSP__EROFS },
    { "/ro/f", W | C | X, QJSP__EEXIST },
    { "/ro/none", 0, QJSP__ENOENT },
    { "/ro/none", W, QJSP__ENOENT },
    { "/ro/none", C, QJSP__EROFS },
    { "/ro/none/x", W | C, QJSP__ENOENT },
    { "/ro/d", 0, QJSP__EISDIR },
    { "/data/deep", W | C, QJSP__EISDIR },
};

static void what_can_be_opened(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(opens); i++) {
        qjsp__path path = path_of(opens[i].path);
        const qjsp__mount *mount;
        int h = qjsp__mounts_open(&mounts, &path, opens[i].flags, 0666, &mount);
        char name[64];

        snprintf(name, sizeof name, "%s, flags %o", opens[i].path, (unsigned)opens[i].flags);
        CHECK_INT(name, h < 0 ? -h : 0, opens[i].want);
        if (h >= 0)
            mount->store->ops->close(mount->store, h);
    }
}

/* operation: m mkdir, u unlink, d rmdir, t utimes, r rename (to) */
static const struct {
    char operation;
    const char *path, *to;
    int want;
} changes[] = {
    { 'm', "/", NULL, QJSP__EEXIST },
    { 'm', "/data", NULL, QJSP__EEXIST },
    { 'm', "/data/deep", NULL, QJSP__EEXIST },
    { 'm', "/new", NULL, QJSP__EROFS },
    { 'm', "/no/new", NULL, QJSP__ENOENT },
    { 'm', "/ro/new", NULL, QJSP__EROFS },
    { 'm', "/ro/d", NULL, QJSP__EEXIST },
    { 'm', "/ro/no/new", NULL, QJSP__ENOENT },
    { 'm', "/data/new/", NULL, 0 },
    { 'd', "/data/new/", NULL, 0 },
    { 'd', "/data", NULL, QJSP__EBUSY },
    { 'd', "/", NULL, QJSP__EBUSY },
    { 'd', "/a", NULL, QJSP__EBUSY },
    { 'd', "/data/deep", NULL, QJSP__EBUSY },
    { 'd', "/ro/d", NULL, QJSP__EROFS },
    { 'd', "/none", NULL, QJSP__ENOENT },
    { 'u', "/ro/f", NULL, QJSP__EROFS },
    { 'u', "/ro/none", NULL, QJSP__ENOENT },
    { 'u', "/data/f/", NULL, QJSP__ENOTDIR },
    { 't', "/ro/f", NULL, QJSP__EROFS },
    { 't', "/ro/none", NULL, QJSP__ENOENT },
    { 't', "/a", NULL, QJSP__EROFS },
    { 't', "/data/f", NULL, 0 },
    { 'r', "/data", "/other", QJSP__EBUSY },
    { 'r', "/data/f", "/data", QJSP__EBUSY },
    { 'r', "/data/f", "/", QJSP__EBUSY },
    { 'r', "/data/f", "/a", QJSP__EBUSY },
    { 'r', "/data/f", "/a/b/c/f", QJSP__EXDEV },
    { 'r', "/data/f", "/new", QJSP__EXDEV },
    { 'r', "/data/f", "/ro/new", QJSP__EXDEV },
    { 'r', "/ro/f", "/ro/g", QJSP__EROFS },
    { 'r', "/ro/none", "/ro/g", QJSP__ENOENT },
    { 'r', "/none", "/data/g", QJSP__ENOENT },
    { 'r', "/data/f/", "/data/g", QJSP__ENOTDIR },
    { 'r', "/data/f", "/data/g/", QJSP__ENOTDIR },
    { 'r', "/data/d", "/data/e/", 0 },
    { 'r', "/data/f", "/data/e/f", 0 },
};

static int change(size_t i)
{
    qjsp__path path = path_of(changes[i].path), to;

    switch (changes[i].operation) {
    case 'm': return qjsp__mounts_mkdir(&mounts, &path, 0777);
    case 'u': return qjsp__mounts_remove(&mounts, &path, QJSP__REMOVE_FILE);
    case 'd': return qjsp__mounts_remove(&mounts, &path, QJSP__REMOVE_DIRECTORY);
    case 't': return qjsp__mounts_utimes(&mounts, &path, 0, 0);
    default: break;
    }
    to = path_of(changes[i].to);
    return qjsp__mounts_rename(&mounts, &path, &to);
}

static void what_can_be_changed(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(changes); i++) {
        char name[64];

        snprintf(name, sizeof name, "%c %s", changes[i].operation, changes[i].path);
        CHECK_INT(name, change(i), -changes[i].want);
    }
}

static const struct {
    const char *path, *want;
} reals[] = {
    { "/data/./d/../f", "/data/f" }, { "/data", "/data" },      { "/", "/" },
    { "/data/deep", "/data/deep" },  { "/data/x/..", "/data" }, { "/a/b/c/", "/a/b/c" },
};

static void real_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(reals); i++) {
        qjsp__path path = path_of(reals[i].path);
        qjsp_buffer out;

        qjsp_buffer_init(&out, NULL, 0);
        CHECK_INT(reals[i].path, qjsp__mounts_realpath(&mounts, &path, &out), 0);
        qjsp_buffer_append(&out, "", 1);
        CHECK_STR(reals[i].path, (char *)out.data, reals[i].want);
        qjsp_buffer_fini(&out);
    }
}

static void a_mount_at_the_root(void **state)
{
    const qjsp_mount from[] = { { .path = "/" }, { .path = "/x/y" } };
    qjsp__path path = path_of("/f"), root = path_of("/"), x = path_of("/x");
    const qjsp__mount *mount;
    qjsp__file_info info;
    qjsp_buffer out;
    int h;

    (void)state;
    assert_int_equal(qjsp__mounts_init(&mounts, from, 2, qjsp_alloc_default()), QJSP_OK);
    h = qjsp__mounts_open(&mounts, &path, QJSP__O_RDWR | QJSP__O_CREAT, 0666, &mount);
    assert_true(h >= 0);
    mount->store->ops->close(mount->store, h);
    assert_int_equal(qjsp__mounts_stat(&mounts, &path, true, &info), 0);
    assert_int_equal(info.dev, 1);
    assert_int_equal(qjsp__mounts_stat(&mounts, &x, true, &info), 0);
    qjsp_buffer_init(&out, NULL, 0);
    assert_int_equal(qjsp__mounts_list(&mounts, &root, &out), 0);
    CHECK_BYTES("entries", out.data, out.len, "\010f\0\004x", 6);
    qjsp_buffer_clear(&out);
    assert_int_equal(qjsp__mounts_realpath(&mounts, &path, &out), 0);
    CHECK_BYTES("real", out.data, out.len, "/f", 2);
    qjsp_buffer_fini(&out);
    assert_int_equal(qjsp__mounts_remove(&mounts, &root, QJSP__REMOVE_DIRECTORY), -QJSP__EBUSY);
    qjsp__mounts_fini(&mounts);
}

static qjsp_status init_and_fini(const qjsp_alloc *alloc)
{
    const qjsp_mount from[] = { { .path = "/a" }, { .path = "/b" } };
    qjsp_status st = qjsp__mounts_init(&mounts, from, 2, alloc);

    if (st == QJSP_OK)
        qjsp__mounts_fini(&mounts);
    return st;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    oom_sweep(init_and_fini);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_mounted),
        WITH(where_paths_are),
        WITH(what_folders_hold),
        WITH(what_can_be_opened),
        WITH(what_can_be_changed),
        WITH(real_paths),
        cmocka_unit_test(a_mount_at_the_root),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("fs/mounts", tests, NULL, NULL);
}
