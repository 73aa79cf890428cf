/* SPDX-License-Identifier: MIT */
/* Stores of both kinds through their table of functions: what each must do alike; then what is
 * about memory alone: limits to the byte, threads, no memory. */
#include "fixture.h"
#include "tests/temp_folder.h"

#include <pthread.h>

static qjsp_store *store;

/* ---- alike ---- */

static void reading_and_writing(void **state)
{
    char text[256];
    uint8_t buf[16];
    int h = store->ops->open(store, "f", QJSP__O_RDWR | QJSP__O_CREAT, 0640);
    qjsp__file_info info;

    (void)state;
    assert_true(h >= 0);
    assert_int_equal(store->ops->write(store, h, 0, (const uint8_t *)"hello", 5), 5);
    assert_int_equal(store->ops->write(store, h, 7, (const uint8_t *)"!", 1), 1);
    assert_int_equal(store->ops->read(store, h, 0, buf, sizeof buf), 8);
    CHECK_BYTES("a gap is zeros", buf, 8, "hello\0\0!", 8);
    assert_int_equal(store->ops->read(store, h, 8, buf, sizeof buf), 0);
    assert_int_equal(store->ops->read(store, h, 1000, buf, sizeof buf), 0);
    assert_int_equal(store->ops->truncate(store, h, 3), 0);
    assert_int_equal(store->ops->truncate(store, h, 5), 0);
    assert_int_equal(store->ops->info(store, h, &info), 0);
    assert_int_equal(info.size, 5);
    assert_int_equal(info.mode, QJSP__S_IFREG | 0640);
    assert_int_equal(info.nlink, 1);
    assert_int_equal(store->ops->sync(store, h), 0);
    assert_int_equal(store->ops->close(store, h), 0);
    CHECK_STR("cut and stretched", get(store, "f", text), "hel");
    assert_int_equal(store->ops->stat(store, "f", true, &info), 0);
    assert_int_equal(info.size, 5);
}

static void appends_go_to_the_end(void **state)
{
    char text[256];
    int a = store->ops->open(store, "log", QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_APPEND, 0666);
    int b = store->ops->open(store, "log", QJSP__O_WRONLY | QJSP__O_APPEND, 0);

    (void)state;
    assert_int_equal(store->ops->append(store, a, (const uint8_t *)"1", 1), 1);
    assert_int_equal(store->ops->append(store, b, (const uint8_t *)"22", 2), 3);
    assert_int_equal(store->ops->append(store, a, (const uint8_t *)"3", 1), 4);
    store->ops->close(store, a);
    store->ops->close(store, b);
    CHECK_STR("both", get(store, "log", text), "1223");
}

static const struct {
    const char *name, *path;
    uint32_t flags;
    int want;
} opens[] = {
    { "a file that is not there", "none", QJSP__O_RDONLY, -QJSP__ENOENT },
    { "in a folder that is not there", "none/f", QJSP__O_RDWR | QJSP__O_CREAT, -QJSP__ENOENT },
    { "below a file", "file/f", QJSP__O_RDWR | QJSP__O_CREAT, -QJSP__ENOTDIR },
    { "a folder", "dir", QJSP__O_RDONLY, -QJSP__EISDIR },
    { "a folder to write", "dir", QJSP__O_RDWR, -QJSP__EISDIR },
    { "the root", "", QJSP__O_RDONLY, -QJSP__EISDIR },
    { "one that must be new", "file", QJSP__O_RDWR | QJSP__O_CREAT | QJSP__O_EXCL, -QJSP__EEXIST },
    { "a folder that must be new", "dir", QJSP__O_RDWR | QJSP__O_CREAT | QJSP__O_EXCL,
      -QJSP__EEXIST },
};

static void what_cannot_be_opened(void **state)
{
    (void)state;
    assert_int_equal(put(store, "file", "x"), 0);
    assert_int_equal(store->ops->mkdir(store, "dir", 0777), 0);
    for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++)
        CHECK_INT(opens[i].name, store->ops->open(store, opens[i].path, opens[i].flags, 0666),
                  opens[i].want);
    CHECK_INT("no such handle", store->ops->close(store, 4711), -QJSP__EBADF);
}

static void list_names(const char *path, char out[256])
{
    qjsp_buffer list;
    size_t len = 0;

    qjsp_buffer_init(&list, NULL, 0);
    assert_int_equal(store->ops->list(store, path, &list), 0);
    out[0] = '\0';
    for (size_t at = 0; at < list.len; at += strlen((char *)list.data + at) + 1)
        len += (size_t)snprintf(out + len, 256 - len, "%s ", (char *)list.data + at);
    qjsp_buffer_fini(&list);
}

static void folders(void **state)
{
    char names[256];
    qjsp_buffer list;

    (void)state;
    assert_int_equal(store->ops->mkdir(store, "d", 0777), 0);
    assert_int_equal(store->ops->mkdir(store, "d", 0777), -QJSP__EEXIST);
    assert_int_equal(store->ops->mkdir(store, "", 0777), -QJSP__EEXIST);
    assert_int_equal(store->ops->mkdir(store, "x/y", 0777), -QJSP__ENOENT);
    assert_int_equal(store->ops->mkdir(store, "d/e", 0777), 0);
    assert_int_equal(put(store, "d/f", "1"), 0);
    list_names("d/e", names);
    CHECK_STR("empty", names, "");
    list_names("d", names);
    CHECK_TRUE("a folder and a file", strstr(names, "\004e ") != NULL &&
                                          strstr(names, "\010f ") != NULL && strlen(names) == 6);
    assert_int_equal(store->ops->remove(store, "d", QJSP__REMOVE_DIRECTORY), -QJSP__ENOTEMPTY);
    assert_int_equal(store->ops->remove(store, "d", QJSP__REMOVE_FILE), -QJSP__EISDIR);
    assert_int_equal(store->ops->remove(store, "d/f", QJSP__REMOVE_DIRECTORY), -QJSP__ENOTDIR);
    assert_int_equal(store->ops->remove(store, "d/f", QJSP__REMOVE_FILE), 0);
    assert_int_equal(store->ops->remove(store, "d/f", QJSP__REMOVE_FILE), -QJSP__ENOENT);
    assert_int_equal(store->ops->remove(store, "d/e", QJSP__REMOVE_DIRECTORY), 0);
    assert_int_equal(store->ops->remove(store, "d", QJSP__REMOVE_DIRECTORY), 0);
    qjsp_buffer_init(&list, NULL, 0);
    assert_int_equal(store->ops->list(store, "d", &list), -QJSP__ENOENT);
    qjsp_buffer_fini(&list);
}

static const struct {
    const char *name, *from, *to;
    int want;
} renames[] = {
    { "of nothing", "none", "g", -QJSP__ENOENT },
    { "into nowhere", "f", "none/g", -QJSP__ENOENT },
    { "a file onto itself", "f", "f", 0 },
    { "a file onto a folder", "f", "full", -QJSP__EISDIR },
    { "a folder onto a file", "full", "f", -QJSP__ENOTDIR },
    { "a folder onto one that is not empty", "empty", "full", -QJSP__ENOTEMPTY },
    { "a folder into itself", "full", "full/in", -QJSP__EINVAL },
    { "a folder onto an empty one", "full", "empty", 0 },
    { "a file to a new name", "f", "new", 0 },
    { "a file into a folder", "new", "empty/new", 0 },
    { "a file onto a file", "empty/new", "other", 0 },
};

static void renaming(void **state)
{
    char text[256];

    (void)state;
    assert_int_equal(put(store, "f", "F"), 0);
    assert_int_equal(put(store, "other", "O"), 0);
    assert_int_equal(store->ops->mkdir(store, "empty", 0777), 0);
    assert_int_equal(store->ops->mkdir(store, "full", 0777), 0);
    assert_int_equal(put(store, "full/x", "X"), 0);
    for (size_t i = 0; i < sizeof renames / sizeof renames[0]; i++)
        CHECK_INT(renames[i].name, store->ops->rename(store, renames[i].from, renames[i].to),
                  renames[i].want);
    CHECK_STR("the file", get(store, "other", text), "F");
    CHECK_STR("what was in the folder", get(store, "empty/x", text), "X");
    CHECK_STR("old name", get(store, "f", text), "!ENOENT");
}

static void an_open_file_outlives_its_name(void **state)
{
    uint8_t buf[8];
    qjsp__file_info info;
    int h;

    (void)state;
    assert_int_equal(put(store, "f", "old"), 0);
    assert_int_equal(put(store, "g", "new"), 0);
    h = store->ops->open(store, "f", QJSP__O_RDWR, 0);
    assert_int_equal(store->ops->rename(store, "g", "f"), 0);
    assert_int_equal(store->ops->read(store, h, 0, buf, 8), 3);
    CHECK_BYTES("still the old one", buf, 3, "old", 3);
    assert_int_equal(store->ops->write(store, h, 3, buf, 3), 3);
    assert_int_equal(store->ops->info(store, h, &info), 0);
    assert_int_equal(info.nlink, 0);
    assert_int_equal(info.size, 6);
    assert_int_equal(store->ops->close(store, h), 0);
    assert_int_equal(store->ops->stat(store, "f", true, &info), 0);
    assert_int_equal(info.size, 3);
}

static void nameless_files(void **state)
{
    char names[256];
    uint8_t buf[4];
    int h = store->ops->open(store, "", QJSP__O_RDWR | QJSP__O_TMPFILE, 0600);

    (void)state;
    assert_true(h >= 0);
    assert_int_equal(store->ops->write(store, h, 0, (const uint8_t *)"tmp", 3), 3);
    assert_int_equal(store->ops->read(store, h, 0, buf, 4), 3);
    list_names("", names);
    CHECK_STR("no name", names, "");
    assert_int_equal(store->ops->close(store, h), 0);
}

static void times(void **state)
{
    qjsp__file_info info;

    (void)state;
    assert_int_equal(put(store, "f", ""), 0);
    assert_int_equal(store->ops->stat(store, "f", true, &info), 0);
    CHECK_TRUE("made in this century", info.mtime_ms > 1e12);
    assert_int_equal(store->ops->utimes(store, "f", 1000.5, -2000), 0);
    assert_int_equal(store->ops->stat(store, "f", true, &info), 0);
    CHECK_TRUE("as set", info.atime_ms == 1000.5 && info.mtime_ms == -2000);
    assert_int_equal(store->ops->utimes(store, "none", 0, 0), -QJSP__ENOENT);
}

/* ---- limits, alike for both ---- */

enum { LIMIT = 10000 };

static int64_t try_write(const char *path, uint64_t offset, size_t len)
{
    static const uint8_t zeros[LIMIT];
    int h = store->ops->open(store, path, QJSP__O_RDWR | QJSP__O_CREAT, 0666);
    int64_t n;

    if (h < 0)
        return h;
    n = store->ops->write(store, h, offset, zeros, len);
    store->ops->close(store, h);
    return n;
}

static void limits_hold_to_the_byte(void **state)
{
    const size_t room = LIMIT - QJSP__ENTRY_COST;
    int h;

    (void)state;
    CHECK_INT("too much", try_write("f", 0, room + 1), -QJSP__ENOSPC);
    CHECK_INT("all", try_write("f", 0, room), room);
    CHECK_INT("over it again", try_write("f", 0, room), room);
    CHECK_INT("one more byte", try_write("f", room, 1), -QJSP__ENOSPC);
    CHECK_INT("another file", try_write("g", 0, 0), -QJSP__ENOSPC);
    CHECK_INT("a folder", store->ops->mkdir(store, "d", 0777), -QJSP__ENOSPC);
    CHECK_INT("a nameless file", store->ops->open(store, "", QJSP__O_RDWR | QJSP__O_TMPFILE, 0),
              -QJSP__ENOSPC);
    CHECK_INT("emptied", put(store, "f", ""), 0);
    CHECK_INT("far away", try_write("f", 1 << 20, 1), -QJSP__ENOSPC);
    CHECK_INT("there is room again", store->ops->mkdir(store, "d", 0777), 0);
    CHECK_INT("and given back", store->ops->remove(store, "d", QJSP__REMOVE_DIRECTORY), 0);
    h = store->ops->open(store, "f", QJSP__O_WRONLY | QJSP__O_APPEND, 0);
    CHECK_INT("stretched too far", store->ops->truncate(store, h, room + 1), -QJSP__ENOSPC);
    CHECK_INT("stretched", store->ops->truncate(store, h, room - 1), 0);
    CHECK_INT("appended too much", store->ops->append(store, h, (const uint8_t *)"ab", 2),
              -QJSP__ENOSPC);
    CHECK_INT("appended", store->ops->append(store, h, (const uint8_t *)"a", 1), room);
    store->ops->close(store, h);
}

static void a_removed_file_takes_room_while_open(void **state)
{
    const size_t room = LIMIT - QJSP__ENTRY_COST;
    int h, g;

    (void)state;
    CHECK_INT("filled", try_write("f", 0, room), room);
    h = store->ops->open(store, "f", QJSP__O_RDWR, 0);
    g = store->ops->open(store, "f", QJSP__O_RDWR, 0);
    CHECK_INT("removed", store->ops->remove(store, "f", QJSP__REMOVE_FILE), 0);
    CHECK_INT("no room yet", try_write("g", 0, 0), -QJSP__ENOSPC);
    store->ops->close(store, h);
    CHECK_INT("nor while one has it", try_write("g", 0, 0), -QJSP__ENOSPC);
    store->ops->close(store, g);
    CHECK_INT("now", try_write("g", 0, room), room);
    h = store->ops->open(store, "", QJSP__O_RDWR | QJSP__O_TMPFILE, 0600);
    CHECK_INT("nameless", h, -QJSP__ENOSPC);
    CHECK_INT("replaced", put(store, "g", ""), 0);
    CHECK_INT("another", try_write("h", 0, room - QJSP__ENTRY_COST), room - QJSP__ENTRY_COST);
    CHECK_INT("renamed over it", store->ops->rename(store, "g", "h"), 0);
    CHECK_INT("its room is free", try_write("h", 0, room), room);
}

/* ---- groups ---- */

static int limited(uint64_t limit)
{
    store = fixture_store(limit);
    return 0;
}

static char *folder;

static int begin_memory(void **state)
{
    (void)state;
    return limited(0);
}

static int begin_small_memory(void **state)
{
    (void)state;
    return limited(LIMIT);
}

static int begin_directory_of(uint64_t limit)
{
    qjsp_mount mount = { .kind = QJSP_MOUNT_DIRECTORY, .limit = limit };

    folder = temp_folder_new(NULL);
    mount.directory = folder;
    return qjsp_store_new(&store, &mount, NULL, NULL) == QJSP_OK ? 0 : -1;
}

static int begin_directory(void **state)
{
    (void)state;
    return begin_directory_of(0);
}

static int begin_small_directory(void **state)
{
    (void)state;
    return begin_directory_of(LIMIT);
}

static int begin_counted_directory(void **state)
{
    (void)state;
    return begin_directory_of(UINT64_MAX / 2);
}

static int end(void **state)
{
    (void)state;
    qjsp_store_unref(store);
    store = NULL;
    temp_folder_free(folder);
    folder = NULL;
    return 0;
}

/* ---- memory alone ---- */

static qjsp_status use(const qjsp_alloc *alloc)
{
    qjsp_mount mount = { .kind = QJSP_MOUNT_MEMORY };
    qjsp_store *s;
    qjsp_status st = qjsp_store_new(&s, &mount, NULL, alloc);
    qjsp_buffer list;
    int ret = 0;

    if (st != QJSP_OK)
        return st;
    ret = s->ops->mkdir(s, "d", 0777);
    if (ret == 0)
        ret = put(s, "d/f", "some text");
    if (ret == 0)
        ret = put(s, "d/g", "other");
    if (ret == 0)
        ret = s->ops->rename(s, "d/f", "h");
    if (ret == 0)
        ret = s->ops->rename(s, "d/g", "h");
    if (ret == 0)
        ret = s->ops->remove(s, "h", QJSP__REMOVE_FILE);
    qjsp_buffer_init(&list, alloc, 0);
    if (ret == 0)
        ret = s->ops->list(s, "", &list);
    qjsp_buffer_fini(&list);
    qjsp_store_unref(s);
    CHECK_TRUE("no other error", ret == 0 || ret == -QJSP__ENOMEM);
    return ret == 0 ? QJSP_OK : QJSP_ERR_NOMEM;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    oom_sweep(use);
}

static void lock_acquire(void *ud)
{
    pthread_mutex_lock(ud);
}

static void lock_release(void *ud)
{
    pthread_mutex_unlock(ud);
}

enum { NTHREADS = 4, NROUNDS = 2000 };

static void *append_many(void *arg)
{
    char line[16];
    int h = store->ops->open(store, "log", QJSP__O_WRONLY | QJSP__O_CREAT | QJSP__O_APPEND, 0666);

    for (int i = 0; i < NROUNDS; i++) {
        snprintf(line, sizeof line, "%c%06d\n", *(char *)arg, i);
        store->ops->append(store, h, (const uint8_t *)line, 8);
    }
    store->ops->close(store, h);
    return NULL;
}

static void threads_append_and_nothing_is_lost(void **state)
{
    static char names[NTHREADS] = "abcd";
    static char all[NTHREADS * NROUNDS * 8];
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    qjsp_lock lock = { lock_acquire, lock_release, NULL, &mutex };
    qjsp_mount mount = { .kind = QJSP_MOUNT_MEMORY };
    pthread_t threads[NTHREADS];
    int next[NTHREADS] = { 0 }, h;

    (void)state;
    assert_int_equal(qjsp_store_new(&store, &mount, &lock, NULL), QJSP_OK);
    for (int i = 0; i < NTHREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, append_many, &names[i]), 0);
    for (int i = 0; i < NTHREADS; i++)
        pthread_join(threads[i], NULL);
    h = store->ops->open(store, "log", QJSP__O_RDONLY, 0);
    assert_int_equal(store->ops->read(store, h, 0, (uint8_t *)all, sizeof all), sizeof all);
    for (size_t at = 0; at < sizeof all; at += 8) { /* whole lines, each thread's in order */
        int who = all[at] - 'a', n;

        assert_true(who >= 0 && who < NTHREADS);
        assert_int_equal(sscanf(all + at + 1, "%d", &n), 1);
        assert_int_equal(n, next[who]++);
    }
    store->ops->close(store, h);
    end(NULL);
}

#define ALIKE(begin)                                                                               \
    cmocka_unit_test_setup_teardown(reading_and_writing, begin, end),                              \
        cmocka_unit_test_setup_teardown(appends_go_to_the_end, begin, end),                        \
        cmocka_unit_test_setup_teardown(what_cannot_be_opened, begin, end),                        \
        cmocka_unit_test_setup_teardown(folders, begin, end),                                      \
        cmocka_unit_test_setup_teardown(renaming, begin, end),                                     \
        cmocka_unit_test_setup_teardown(an_open_file_outlives_its_name, begin, end),               \
        cmocka_unit_test_setup_teardown(nameless_files, begin, end),                               \
        cmocka_unit_test_setup_teardown(times, begin, end)
#define LIMITED(begin)                                                                             \
    cmocka_unit_test_setup_teardown(limits_hold_to_the_byte, begin, end),                          \
        cmocka_unit_test_setup_teardown(a_removed_file_takes_room_while_open, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALIKE(begin_memory),
        ALIKE(begin_directory),
        ALIKE(begin_counted_directory),
        LIMITED(begin_small_memory),
        LIMITED(begin_small_directory),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(threads_append_and_nothing_is_lost),
    };

    return cmocka_run_group_tests_name("fs/store", tests, NULL, NULL);
}
