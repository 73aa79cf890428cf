/* SPDX-License-Identifier: MIT */
/* A pool whose guests can ask the host for something: 100 tasks, one host function. */
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <string.h>

/* price(name): what the guest gets is what is written to `out`. Runs on a worker's thread. */
static qjsp_status price(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    qjsp_reader reader;
    qjsp_token token;

    (void)ud;
    qjsp_reader_init(&reader, args, 0);
    if (qjsp_reader_next(&reader, &token) != QJSP_OK || token.u.u64 != 1 ||
        qjsp_reader_next(&reader, &token) != QJSP_OK || token.kind != QJSP_TOKEN_TEXT) {
        qjsp_write_error(out, "TypeError", "price(name): a name is required");
        return QJSP_ERR_EXCEPTION;
    }
    qjsp_write_number(out, 1.5 * (double)token.u.bytes.len);
    return QJSP_OK;
}

int main(void)
{
    static const char code[] = "price('apple') * 4 + price('fig')";
    const qjsp_pool_function functions[] = { { .name = "price", .call = price } };
    qjsp_pool_options options;
    qjsp_submit submit;
    qjsp_pool *pool;
    int nfailed = 0;

    qjsp_pool_options_init(&options);
    options.functions = functions;
    options.nfunctions = 1;
    if (qjsp_pool_new(&pool, &options) != QJSP_OK)
        return 1;
    qjsp_submit_init(&submit);
    submit.task.source = (qjsp_bytes){ (const uint8_t *)code, strlen(code) };
    submit.delivery = QJSP_DELIVER_QUEUE;
    for (int i = 0; i < 100; i++)
        nfailed += qjsp_pool_submit(pool, &submit, NULL) != QJSP_OK;
    qjsp_pool_join(pool);
    for (qjsp_result *result; qjsp_pool_take(pool, NULL, &result); qjsp_result_free(result))
        nfailed += result->status != QJSP_OK;
    qjsp_pool_free(pool);
    printf("100 tasks asked for prices, %d failed\n", nfailed);
    return nfailed != 0;
}
