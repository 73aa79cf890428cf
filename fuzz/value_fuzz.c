/* SPDX-License-Identifier: MIT */
/* Any bytes through every reader of values; what the check accepts must show. */
#include <qjspool/value.h>

#include <stdlib.h>

static void require(bool fact)
{
    if (!fact)
        abort();
}

static void walk(qjsp_bytes in)
{
    qjsp_reader r;
    qjsp_token token;
    uint64_t sum = 0;

    qjsp_reader_init(&r, in, 100000);
    while (qjsp_reader_next(&r, &token) == QJSP_OK) {
        bool is_string = token.kind == QJSP_TOKEN_TEXT || token.kind == QJSP_TOKEN_BYTES;

        require(r.pos > token.offset && r.pos <= in.len);
        for (size_t i = 0; is_string && i < token.u.bytes.len; i++)
            sum += token.u.bytes.data[i];
    }
    require(sum <= (uint64_t)in.len * 255);
}

/* Shown or too long; a refusal leaves nothing behind. */
static void show(qjsp_status (*to)(qjsp_bytes, qjsp_buffer *), qjsp_bytes in, bool is_valid)
{
    qjsp_buffer out;
    qjsp_status st;

    qjsp_buffer_init(&out, NULL, 1 << 16);
    st = to(in, &out);
    if (is_valid)
        require(st == QJSP_OK || st == QJSP_ERR_LIMIT);
    else
        require(st != QJSP_OK && out.len == 0);
    for (size_t i = 0; i < out.len; i++) /* no control character reaches a terminal */
        require(out.data[i] >= 0x20 || out.data[i] == '\n' || out.data[i] == '\t');
    qjsp_buffer_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qjsp_bytes in = { data, size };
    size_t offset = 0;
    bool is_valid = qjsp_value_check(in, 0, &offset) == QJSP_OK;
    qjsp_reader r;

    require(offset <= size);
    walk(in);
    show(qjsp_value_to_json, in, is_valid);
    show(qjsp_value_to_text, in, is_valid);
    if (is_valid && data[0] >> 5 == 4)
        show(qjsp_console_to_text, in, true);
    qjsp_reader_init(&r, in, 0);
    if (is_valid)
        require(qjsp_reader_skip(&r) == QJSP_OK && r.pos == size);
    return 0;
}
