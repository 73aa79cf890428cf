/* SPDX-License-Identifier: MIT */
/* Task records, and the results that the pool words itself. */
#include "pool/task.h"

#include "base/checked.h"
#include "unit/pool/fixture.h"

static qjsp__task *make(const char *source, size_t source_limit)
{
    qjsp_submit submit = fixture_eval(source);
    qjsp__task *task = qjsp__task_new(&submit, source_limit, qjsp_alloc_default());

    CHECK_TRUE("task", task != NULL);
    task->node.id = 1;
    task->work.timeout_ms = UINT64_MAX; /* the longest message there is */
    task->queue_timeout_ms = UINT64_MAX;
    return task;
}

static const struct {
    const char *name;
    qjsp_status status;
    uint64_t run_us; /* 0: it never began */
    const char *want;
} words[] = {
    { "run time", QJSP_ERR_TIMEOUT, 7,
      "TimeoutError: the task was stopped by its time limit after 18446744073709551615 ms" },
    { "queue time", QJSP_ERR_TIMEOUT, 0,
      "TimeoutError: the task waited longer than 18446744073709551615 ms in the queue" },
    { "cancelled", QJSP_ERR_CANCELED, 7, "CancelledError: the task was cancelled" },
    { "closed", QJSP_ERR_CLOSED, 0, "PoolDisposedError: the pool was freed before the task ended" },
    { "crashed", QJSP_ERR_CRASHED, 7, "WorkerCrashError: the worker of this task died" },
    { "no memory", QJSP_ERR_NOMEM, 7, "OutOfMemoryError: the host has no memory for this task" },
    { "not started", QJSP_ERR_SYSTEM, 0,
      "WorkerStartError: no worker could be started: QJSP_ERR_SYSTEM" },
    { "not a status", (qjsp_status)-99, 0,
      "WorkerStartError: no worker could be started: QJSP_ERR_UNKNOWN" },
};

static void the_pool_finds_words_for_each_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(words); i++) {
        qjsp_action act = { .status = words[i].status, .wait_us = 5, .run_us = words[i].run_us };
        qjsp__task *task = make("1", 0);
        qjsp_result *result;

        qjsp__task_settle(task, &act);
        result = &task->result->result;
        qjsp__task_unref(task); /* the result keeps it */
        CHECK_INT(words[i].name, result->wait_us, 5);
        CHECK_INT(words[i].name, result->run_us, words[i].run_us);
        fixture_check(words[i].name, result, words[i].status, words[i].want);
    }
}

static void the_workers_result_counts_if_it_fits(void **state)
{
    static const struct {
        qjsp_status offered, settled;
        bool is_taken;
    } rows[] = {
        { QJSP_OK, QJSP_OK, true },
        { QJSP_ERR_EXCEPTION, QJSP_ERR_EXCEPTION, true },
        { QJSP_OK, QJSP_ERR_TIMEOUT, false },
        { QJSP_ERR_TIMEOUT, QJSP_ERR_CANCELED, false },
    };

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(rows); i++) {
        qjsp_result offered = { .status = rows[i].offered };
        qjsp_action act = { .status = rows[i].settled };
        qjsp__task *task = make("1", 0);

        task->offer = qjsp__box_copy(task->alloc, &offered);
        qjsp__task_settle(task, &act);
        CHECK_STATUS("status", task->result->result.status, rows[i].settled);
        CHECK_TRUE("taken", (task->offer == NULL) == rows[i].is_taken);
        qjsp__box_free(task->offer);
        qjsp_result_free(&task->result->result);
        qjsp__task_unref(task);
    }
}

static void sources_over_the_limit_are_not_copied(void **state)
{
    qjsp__task *task = make("12345", 4);

    (void)state;
    CHECK_INT("length", task->work.source.len, 5);
    CHECK_TRUE("bytes", task->work.source.data == NULL);
    qjsp__task_unref(task);
    task = make("1234", 4);
    CHECK_BYTES("bytes", task->work.source.data, task->work.source.len, "1234", 4);
    qjsp__task_unref(task);
}

static void a_copied_result_stands_alone(void **state)
{
    char value[] = "\x61x", name[] = "Error", message[] = "m", stack[] = "at eval.js";
    const qjsp_result from = {
        .status = QJSP_ERR_EXCEPTION,
        .value = fixture_bytes(value),
        .error_name = name,
        .error_message = message,
        .error_stack = stack,
        .memory_used = 9,
    };
    qjsp_result *copy;
    qjsp_alloc alloc;
    meter m;

    (void)state;
    meter_init(&m, 2);
    alloc = meter_alloc(&m);
    copy = &qjsp__box_copy(&alloc, &from)->result;
    memset(value, 0, sizeof value);
    name[0] = message[0] = stack[0] = '!';
    CHECK_STR("stack", copy->error_stack, "at eval.js");
    CHECK_INT("memory", copy->memory_used, 9);
    CHECK_TRUE("no memory", qjsp__box_copy(&alloc, &from) == NULL);
    CHECK_BYTES("value", copy->value.data, copy->value.len, "\x61x", 2);
    CHECK_STR("name", copy->error_name, "Error");
    CHECK_STR("message", copy->error_message, "m");
    qjsp_result_free(copy);
    CHECK_INT("live", m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pool_finds_words_for_each_end),
        cmocka_unit_test(the_workers_result_counts_if_it_fits),
        cmocka_unit_test(sources_over_the_limit_are_not_copied),
        cmocka_unit_test(a_copied_result_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
