/* SPDX-License-Identifier: MIT */
/* What a stranger writes first against the installed library. Prints 42. */
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    static const char code[] = "await Promise.resolve(6) * 7";
    qjsp_pool_options options;
    qjsp_submit submit;
    qjsp_result *result;
    qjsp_pool *pool;
    qjsp_buffer json;

    qjsp_pool_options_init(&options);
    if (qjsp_pool_new(&pool, &options) != QJSP_OK)
        return 1;
    qjsp_submit_init(&submit);
    submit.task.source = (qjsp_bytes){ (const uint8_t *)code, strlen(code) };
    if (qjsp_pool_run(pool, &submit, &result) != QJSP_OK || result->status != QJSP_OK)
        return 1;
    qjsp_buffer_init(&json, NULL, 0);
    if (qjsp_value_to_json(result->value, &json) == QJSP_OK)
        printf("%.*s\n", (int)json.len, (const char *)json.data);
    qjsp_buffer_fini(&json);
    qjsp_result_free(result);
    qjsp_pool_free(pool);
    return 0;
}
