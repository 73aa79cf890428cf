/* SPDX-License-Identifier: MIT */
/* What becomes of open files when a task does not end as tasks should. */
#include "fs/files.h"

#include "isolate/fault.h"
#include "isolate/isolate.h"
#include "tests/check.h"

static qjsp_store *store;

static qjsp_status crash(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    (void)args;
    (void)out;
    qjsp__engine_abort(); /* as a failed assertion of the engine does */
}

static qjsp_isolate *make(void)
{
    static const qjsp_host_function function = { "crash", crash, NULL };
    const qjsp_mount mount = { .path = "/data", .kind = QJSP_MOUNT_STORE, .store = store };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    qjsp_isolate_options_init(&opt);
    opt.mounts = &mount;
    opt.nmounts = 1;
    opt.host_functions = &function;
    opt.nhost_functions = 1;
    assert_int_equal(qjsp_isolate_new(&iso, &opt), QJSP_OK);
    assert_int_equal(qjsp_isolate_seal(iso), QJSP_OK);
    return iso;
}

static qjsp_poll run(qjsp_isolate *iso, const char *source, bool in_session)
{
    qjsp_task task;
    qjsp_poll poll;

    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    task.in_session = in_session;
    assert_int_equal(qjsp_isolate_begin(iso, &task, 1000), QJSP_OK);
    qjsp_isolate_poll(iso, 1000, &poll);
    return poll;
}

/* What the store has of it; "!" when there is none. */
static const char *content(const char *name)
{
    static char text[64];
    int h = store->ops->open(store, name, QJSP__O_RDONLY, 0);
    int64_t n;

    if (h < 0)
        return "!";
    n = store->ops->read(store, h, 0, (uint8_t *)text, sizeof text - 1);
    text[n < 0 ? 0 : n] = '\0';
    store->ops->close(store, h);
    return text;
}

static int begin(void **state)
{
    const qjsp_mount memory = { .kind = QJSP_MOUNT_MEMORY };

    (void)state;
    return qjsp_store_new(&store, &memory, NULL, NULL) == QJSP_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    qjsp_store_unref(store);
    return 0;
}

#define WRITE                                                                                      \
    "globalThis.f = std.open('/data/f', 'w'); f.puts('flushed'); f.flush(); f.puts(' lost'); "     \
    "std.writeFile('/data/other', 'whole'); "

static void an_isolate_that_breaks(void **state)
{
    qjsp_isolate *iso = make();
    qjsp_poll poll = run(iso, WRITE "crash()", false);

    (void)state;
    CHECK_TRUE("done, and damaged", poll.state == QJSP_POLL_DONE && poll.is_damaged);
    CHECK_INT("closed at once", iso->fs->nopen, 0);
    CHECK_STR("what was flushed", content("f"), "flushed");
    CHECK_STR("no other file", content("other"), "whole");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_ERR_CRASHED);
    qjsp_isolate_free(iso);
}

static void a_session_that_breaks(void **state)
{
    qjsp_isolate *iso = make();

    (void)state;
    run(iso, WRITE "1", true);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    CHECK_INT("still open", iso->fs->nopen, 1);
    CHECK_STR("flushed at the task's end", content("f"), "flushed lost");
    run(iso, "f.puts(' gone'); crash()", true);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_ERR_CRASHED);
    qjsp_isolate_free(iso);
    CHECK_STR("what was flushed", content("f"), "flushed lost");
}

static void a_task_that_is_given_up_while_it_waits(void **state)
{
    qjsp_isolate *iso = make();
    qjsp_poll poll = run(iso, WRITE "await new Promise(r => setTimeout(r, 1e6))", false);

    (void)state;
    CHECK_TRUE("waits", poll.state == QJSP_POLL_WAITING && iso->fs->nopen == 1);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    CHECK_INT("closed", iso->fs->nopen, 0);
    CHECK_STR("what was flushed", content("f"), "flushed");
    qjsp_isolate_free(iso);
}

static void an_isolate_that_is_freed_in_a_session(void **state)
{
    qjsp_isolate *iso = make();

    (void)state;
    run(iso, WRITE "1", true);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    run(iso, "f.puts(' gone'); await new Promise(r => setTimeout(r, 1e6))", true);
    qjsp_isolate_free(iso);
    CHECK_STR("what was flushed", content("f"), "flushed lost");
}

static void a_session_that_is_restored(void **state)
{
    qjsp_isolate *iso = make();

    (void)state;
    run(iso, WRITE "1", true);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    assert_int_equal(qjsp_isolate_restore(iso), QJSP_OK);
    CHECK_INT("closed", iso->fs->nopen, 0);
    CHECK_STR("all of it", content("f"), "flushed lost");
    qjsp_isolate_free(iso);
}

static void mounts_that_are_none(void **state)
{
    const qjsp_mount bad = { .path = "data" };
    const qjsp_mount missing = { .path = "/data",
                                 .kind = QJSP_MOUNT_DIRECTORY,
                                 .directory = "/no/such" };
    qjsp_isolate_options opt;
    qjsp_isolate *iso = NULL;

    (void)state;
    qjsp_isolate_options_init(&opt);
    opt.nmounts = 1;
    CHECK_STATUS("counted, but not there", qjsp_isolate_new(&iso, &opt), QJSP_ERR_INVALID);
    opt.mounts = &bad;
    CHECK_STATUS("a bad path", qjsp_isolate_new(&iso, &opt), QJSP_ERR_INVALID);
    opt.mounts = &missing;
    CHECK_STATUS("no directory", qjsp_isolate_new(&iso, &opt), QJSP_ERR_SYSTEM);
    CHECK_TRUE("untouched", iso == NULL);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(an_isolate_that_breaks),
        WITH(a_session_that_breaks),
        WITH(a_task_that_is_given_up_while_it_waits),
        WITH(an_isolate_that_is_freed_in_a_session),
        WITH(a_session_that_is_restored),
        cmocka_unit_test(mounts_that_are_none),
    };

    return cmocka_run_group_tests_name("isolate/files", tests, NULL, NULL);
}
