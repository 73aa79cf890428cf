/* SPDX-License-Identifier: MIT */
/*
 * Checks for table-driven tests. Each takes the name of its case, and on
 * failure prints it with what was got and what was wanted. They end the
 * cmocka test, as its own assertions do; include <cmocka.h> through here.
 */
#ifndef QJSP_TESTS_CHECK_H
#define QJSP_TESTS_CHECK_H

/* cmocka.h wants these four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <qjspool/status.h>

#define CHECK_STR(name, got, want) check_str(name, got, want, __FILE__, __LINE__)
#define CHECK_INT(name, got, want)                                                                 \
    check_int(name, (intmax_t)(got), (intmax_t)(want), __FILE__, __LINE__)
#define CHECK_STATUS(name, got, want) check_status(name, got, want, __FILE__, __LINE__)
#define CHECK_TRUE(name, fact) check_true(name, fact, #fact, __FILE__, __LINE__)
#define CHECK_BYTES(name, got, got_len, want, want_len)                                            \
    check_bytes(name, got, got_len, want, want_len, __FILE__, __LINE__)

/* For checks of a test's own: prints the case's name and the message, then fails. */
#define CHECK_FAIL(name, file, line, ...)                                                          \
    do {                                                                                           \
        check_head(name, file, line);                                                              \
        print_error(__VA_ARGS__);                                                                  \
        _fail(file, line);                                                                         \
    } while (0)

/* cmocka cuts a message at 1,024 bytes, so each part is printed by itself. */
static inline void check_head(const char *name, const char *file, int line)
{
    print_error("%s:%d: %s\n", file, line, name == NULL ? "" : name);
}

static inline void check_str(const char *name, const char *got, const char *want, const char *file,
                             int line)
{
    if (got == want || (got != NULL && want != NULL && strcmp(got, want) == 0))
        return;
    check_head(name, file, line);
    print_error("  got:  %s\n", got == NULL ? "(null)" : got);
    print_error("  want: %s\n", want == NULL ? "(null)" : want);
    _fail(file, line);
}

static inline void check_int(const char *name, intmax_t got, intmax_t want, const char *file,
                             int line)
{
    if (got == want)
        return;
    check_head(name, file, line);
    print_error("  got:  %" PRIdMAX "\n  want: %" PRIdMAX "\n", got, want);
    _fail(file, line);
}

static inline void check_status(const char *name, qjsp_status got, qjsp_status want,
                                const char *file, int line)
{
    if (got == want)
        return;
    check_head(name, file, line);
    print_error("  got:  %s\n  want: %s\n", qjsp_status_name(got), qjsp_status_name(want));
    _fail(file, line);
}

static inline void check_true(const char *name, bool fact, const char *text, const char *file,
                              int line)
{
    if (fact)
        return;
    check_head(name, file, line);
    print_error("  is false: %s\n", text);
    _fail(file, line);
}

/* Up to 16 bytes from `from` on; enough to see the difference in its surroundings. */
static inline void check_print_bytes(const char *side, const void *data, size_t len, size_t from)
{
    const uint8_t *bytes = data;
    size_t to = len - from > 16 ? from + 16 : len;

    print_error("  %s %zu bytes, from %zu:", side, len, from);
    for (size_t i = from; i < to; i++)
        print_error(" %02x", bytes[i]);
    print_error("%s\n", to < len ? " ..." : "");
}

static inline void check_bytes(const char *name, const void *got, size_t got_len, const void *want,
                               size_t want_len, const char *file, int line)
{
    size_t common = got_len < want_len ? got_len : want_len;
    size_t at = 0;

    while (at < common && ((const uint8_t *)got)[at] == ((const uint8_t *)want)[at])
        at++;
    if (at == got_len && at == want_len)
        return;
    check_head(name, file, line);
    print_error("  the first difference is at %zu\n", at);
    check_print_bytes("got: ", got, got_len, at > 4 ? at - 4 : 0);
    check_print_bytes("want:", want, want_len, at > 4 ? at - 4 : 0);
    _fail(file, line);
}

#endif
