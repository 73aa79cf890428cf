/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a program: scanning and rewriting end, tokens come one behind the other,
 * and no line is lost or added but the documented two in front.
 */
#include <stdlib.h>

#include "source/lexer.h"
#include "source/redeclare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

static size_t count_newlines(qjsp_bytes text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.data[i] == '\n';
    return n;
}

static void check_tokens(qjsp_bytes source)
{
    qjsp__lexer lx;
    size_t end = 0;

    qjsp__lexer_init(&lx, source);
    while (qjsp__lexer_next(&lx)) {
        require(lx.token.start >= end && lx.token.end > lx.token.start);
        require(lx.token.end <= source.len && lx.depth < QJSP__LEXER_MAX_DEPTH);
        end = lx.token.end;
    }
    require(!qjsp__lexer_next(&lx));
    qjsp__lexer_fini(&lx);
}

static void check_lines(qjsp_bytes source)
{
    qjsp_buffer out;
    qjsp__redeclared how;

    qjsp_buffer_init(&out, NULL, 0);
    qjsp__source_redeclare(source, &out, &how);
    require(out.status == QJSP_OK && (how.first_line == 1 || how.first_line == -1));
    require(count_newlines(qjsp_buffer_peek(&out)) ==
            count_newlines(source) + (how.first_line == -1 ? 2 : 0));
    qjsp_buffer_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qjsp_bytes source = { data, size };
    qjsp__source_facts facts;

    qjsp__source_scan(source, &facts);
    check_tokens(source);
    check_lines(source);
    return 0;
}
