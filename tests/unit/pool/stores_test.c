/* SPDX-License-Identifier: MIT */
/* Mounts of a pool: what cannot be mounted, what its workers share, and who owns the stores. */
#define _GNU_SOURCE
#include "pool/stores.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "tests/temp_folder.h"
#include "unit/pool/fixture.h"

static qjsp_status new_pool(qjsp_pool **pool, const qjsp_mount *mounts, size_t n, uint32_t workers)
{
    qjsp_pool_options opt = fixture_options(workers);

    opt.isolate.mounts = mounts;
    opt.isolate.nmounts = n;
    return qjsp_pool_new(pool, &opt);
}

static const struct {
    const char *name;
    qjsp_mount mount;
    qjsp_status want;
    int error;
} bad[] = {
    { "no path", { .path = NULL }, QJSP_ERR_INVALID, 0 },
    { "a path that is not normal", { .path = "/a/" }, QJSP_ERR_INVALID, 0 },
    { "a relative path", { .path = "data" }, QJSP_ERR_INVALID, 0 },
    { "a directory without a name",
      { .path = "/a", .kind = QJSP_MOUNT_DIRECTORY },
      QJSP_ERR_INVALID,
      0 },
    { "a store that is none", { .path = "/a", .kind = QJSP_MOUNT_STORE }, QJSP_ERR_INVALID, 0 },
    { "a directory that is not there",
      { .path = "/a", .kind = QJSP_MOUNT_DIRECTORY, .directory = "/no/such" },
      QJSP_ERR_SYSTEM,
      ENOENT },
    { "a directory that is a file",
      { .path = "/a", .kind = QJSP_MOUNT_DIRECTORY, .directory = "/etc/passwd" },
      QJSP_ERR_SYSTEM,
      ENOTDIR },
};

static void what_cannot_be_mounted(void **state)
{
    const qjsp_mount twice[] = { { .path = "/a" }, { .path = "/a" } };
    qjsp_pool *pool = NULL;

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++) {
        CHECK_STATUS(bad[i].name, new_pool(&pool, &bad[i].mount, 1, 1), bad[i].want);
        if (bad[i].error != 0)
            CHECK_INT(bad[i].name, errno, bad[i].error);
    }
    CHECK_STATUS("twice", new_pool(&pool, twice, 2, 1), QJSP_ERR_INVALID);
    CHECK_STATUS("none, but counted", new_pool(&pool, NULL, 1, 1), QJSP_ERR_INVALID);
    CHECK_TRUE("untouched", pool == NULL);
}

static void workers_share_a_memory(void **state)
{
    const qjsp_mount mount = { .path = "/data" };
    qjsp_pool *pool;
    uint64_t a, b;

    (void)state;
    CHECK_STATUS("new", new_pool(&pool, &mount, 1, 2), QJSP_OK);
    CHECK_STATUS("one worker", qjsp_pool_open_session(pool, &a), QJSP_OK);
    CHECK_STATUS("the other", qjsp_pool_open_session(pool, &b), QJSP_OK);
    fixture_run(pool, a, "globalThis.f = std.open('/data/f', 'w'); f.puts('a'); f.flush()", QJSP_OK,
                "null");
    fixture_run(pool, b, "std.loadFile('/data/f')", QJSP_OK, "\"a\"");
    fixture_run(pool, b, "os.remove('/data/f')", QJSP_OK, "0");
    fixture_run(pool, a, "f.puts('b'); [f.close(), std.loadFile('/data/f')]", QJSP_OK, "[0,null]");
    qjsp_pool_free(pool);
}

static void the_end_of_a_session_closes_its_files(void **state)
{
    const qjsp_mount mount = { .path = "/data" };
    qjsp_pool *pool;
    uint64_t session;

    (void)state;
    CHECK_STATUS("new", new_pool(&pool, &mount, 1, 1), QJSP_OK);
    CHECK_STATUS("session", qjsp_pool_open_session(pool, &session), QJSP_OK);
    fixture_run(pool, session,
                "globalThis.f = std.open('/data/f', 'w'); f.puts('text'); f.fileno()", QJSP_OK,
                "3");
    qjsp_pool_close_session(pool, session);
    fixture_run(pool, 0, "[std.loadFile('/data/f'), os.open('/data/f', 0)]", QJSP_OK,
                "[\"text\",3]");
    qjsp_pool_free(pool);
}

static void a_store_of_the_users_outlives_its_pools(void **state)
{
    qjsp_mount mount = { .path = "/data", .kind = QJSP_MOUNT_STORE };
    const qjsp_mount memory = { .kind = QJSP_MOUNT_MEMORY };
    qjsp_pool *pool;

    (void)state;
    /* one worker at a time uses it, so it needs no lock */
    CHECK_STATUS("store", qjsp_store_new(&mount.store, &memory, NULL, NULL), QJSP_OK);
    CHECK_STATUS("first", new_pool(&pool, &mount, 1, 1), QJSP_OK);
    fixture_run(pool, 0, "std.writeFile('/data/f', 'kept')", QJSP_OK, "null");
    qjsp_pool_free(pool);
    mount.path = "/elsewhere";
    mount.is_read_only = true;
    CHECK_STATUS("second", new_pool(&pool, &mount, 1, 1), QJSP_OK);
    qjsp_store_unref(mount.store); /* the pool has its own reference */
    fixture_run(pool, 0, "[std.loadFile('/elsewhere/f'), os.remove('/elsewhere/f')]", QJSP_OK,
                "[\"kept\",-30]");
    qjsp_pool_free(pool);
}

static void a_directory_keeps_what_was_written(void **state)
{
    char *folder = temp_folder_new(NULL), file[512], text[16] = "";
    qjsp_mount mount = { .path = "/data", .kind = QJSP_MOUNT_DIRECTORY };
    qjsp_pool *pool;
    FILE *f;

    (void)state;
    mount.directory = folder;
    CHECK_STATUS("new", new_pool(&pool, &mount, 1, 2), QJSP_OK);
    fixture_run(pool, 0, "std.writeFile('/data/f', 'on disk')", QJSP_OK, "null");
    qjsp_pool_free(pool);
    snprintf(file, sizeof file, "%s/f", folder);
    f = fopen(file, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    CHECK_STR("text", text, "on disk");
    temp_folder_free(folder);
}

static void every_allocation_may_fail(void **state)
{
    const qjsp_mount mounts[] = { { .path = "/a" }, { .path = "/b" } };

    qjsp_status st = QJSP_ERR_NOMEM;

    (void)state;
    for (uint64_t n = 1; st != QJSP_OK; n++) {
        qjsp_mount copy[2] = { mounts[0], mounts[1] };
        qjsp_alloc alloc;
        meter m;

        meter_init(&m, n);
        alloc = meter_alloc(&m);
        st = qjsp__stores_open(copy, 2, &alloc);
        if (st == QJSP_OK)
            qjsp__stores_close(copy, 2);
        else
            CHECK_STATUS("says so", st, QJSP_ERR_NOMEM);
        CHECK_INT("nothing is left", m.live, 0);
        assert_true(n < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_mounted),
        cmocka_unit_test(workers_share_a_memory),
        cmocka_unit_test(the_end_of_a_session_closes_its_files),
        cmocka_unit_test(a_store_of_the_users_outlives_its_pools),
        cmocka_unit_test(a_directory_keeps_what_was_written),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
