/* SPDX-License-Identifier: MIT */
/*
 * Evaluates one expression and prints its value as JSON.
 *
 *     eval 'Math.max(...[3, 1, 4].map(x => x * 2))'        prints 8
 */
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <string.h>

static int show(const qjsp_result *result)
{
    qjsp_buffer json;
    int exit_code = 1;

    if (result->status != QJSP_OK) {
        fprintf(stderr, "%s: %s\n", result->error_name, result->error_message);
        return 1;
    }
    qjsp_buffer_init(&json, NULL, 0);
    if (qjsp_value_to_json(result->value, &json) == QJSP_OK) {
        printf("%.*s\n", (int)json.len, (const char *)json.data);
        exit_code = 0;
    }
    qjsp_buffer_fini(&json);
    return exit_code;
}

int main(int argc, char **argv)
{
    const char *code = argc > 1 ? argv[1] : "[1, 2, 3].map(x => x ** 2)";
    qjsp_pool_options options;
    qjsp_submit submit;
    qjsp_result *result;
    qjsp_pool *pool;
    int exit_code = 1;

    qjsp_pool_options_init(&options);
    options.workers = 1;
    options.timeout_ms = 1000; /* nobody vouches for this code */
    if (qjsp_pool_new(&pool, &options) != QJSP_OK)
        return 1;
    qjsp_submit_init(&submit);
    submit.task.source = (qjsp_bytes){ (const uint8_t *)code, strlen(code) };
    if (qjsp_pool_run(pool, &submit, &result) == QJSP_OK) {
        exit_code = show(result);
        qjsp_result_free(result);
    }
    qjsp_pool_free(pool);
    return exit_code;
}
