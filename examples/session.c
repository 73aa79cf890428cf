/* SPDX-License-Identifier: MIT */
/* A session: state that lives from one evaluation to the next, until it is closed. */
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <string.h>

static void evaluate(qjsp_pool *pool, const char *who, uint64_t session, const char *code)
{
    qjsp_submit submit;
    qjsp_result *result;
    qjsp_buffer text;

    qjsp_submit_init(&submit);
    submit.session = session;
    submit.task.source = (qjsp_bytes){ (const uint8_t *)code, strlen(code) };
    if (qjsp_pool_run(pool, &submit, &result) != QJSP_OK)
        return;
    qjsp_buffer_init(&text, NULL, 0);
    if (result->status != QJSP_OK)
        printf("%s> %s\n%s: %s\n", who, code, result->error_name, result->error_message);
    else if (qjsp_value_to_text(result->value, &text) == QJSP_OK)
        printf("%s> %s\n%.*s\n", who, code, (int)text.len, (const char *)text.data);
    qjsp_buffer_fini(&text);
    qjsp_result_free(result);
}

int main(void)
{
    qjsp_pool_options options;
    uint64_t alice, bob;
    qjsp_pool *pool;

    qjsp_pool_options_init(&options);
    options.workers = 2;
    if (qjsp_pool_new(&pool, &options) != QJSP_OK)
        return 1;
    if (qjsp_pool_open_session(pool, &alice) == QJSP_OK &&
        qjsp_pool_open_session(pool, &bob) == QJSP_OK) {
        evaluate(pool, "alice", alice, "const greet = name => `Hello, ${name}!`");
        evaluate(pool, "alice", alice, "let count = 1; greet('Alice')");
        evaluate(pool, "alice", alice, "count += 1");
        evaluate(pool, "bob", bob, "typeof greet"); /* nothing crosses */
        qjsp_pool_close_session(pool, alice);
        qjsp_pool_close_session(pool, bob);
    }
    qjsp_pool_free(pool);
    return 0;
}
