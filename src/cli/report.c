/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLEAR_LINE "\r\x1b[K"

void report_init(report *r, const char *command)
{
    *r = (report){ .command = command, .is_terminal = isatty(STDERR_FILENO) == 1 };
    pthread_mutex_init(&r->lock, NULL);
}

void report_fini(report *r)
{
    report_progress(r, NULL);
    pthread_mutex_destroy(&r->lock);
}

/* Caller holds r->lock. Nobody can be told of a stderr that does not take it. */
static void put(const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDERR_FILENO, text, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

/* Caller holds r->lock. */
static void clear(report *r)
{
    if (r->has_line)
        put(CLEAR_LINE, strlen(CLEAR_LINE));
    r->has_line = false;
}

/*
 * What a guest prints must not move the cursor of the terminal it is shown on, or
 * worse: control characters but tab and newline are shown as "^X". Caller holds r->lock.
 */
static void put_tamed(const char *text, size_t len)
{
    size_t start = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        /* U+0080 to U+009F, the other set of control characters */
        bool is_c1 = c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0;
        char shown[2] = { '^', (char)(is_c1 ? '[' : c ^ 0x40) };

        if (!is_c1 && ((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t'))
            continue;
        put(text + start, i - start);
        put(shown, sizeof shown);
        i += is_c1;
        start = i + 1;
    }
    put(text + start, len - start);
}

void report_text(report *r, const void *text, size_t len)
{
    const char *s = text;

    pthread_mutex_lock(&r->lock);
    clear(r);
    if (r->is_terminal)
        put_tamed(s, len);
    else
        put(s, len);
    if (len == 0 || s[len - 1] != '\n')
        put("\n", 1);
    pthread_mutex_unlock(&r->lock);
}

/* One write for a line, so that lines of several processes do not mix. */
static void print(report *r, const char *prefix, const char *format, va_list args)
{
    char line[4096];
    int at = snprintf(line, sizeof line, "%s", prefix);
    int len = vsnprintf(line + at, sizeof line - (size_t)at - 1, format, args);
    size_t end = (size_t)at + (len < 0 ? 0 : (size_t)len);

    if (end > sizeof line - 2)
        end = sizeof line - 2;
    line[end++] = '\n';
    report_text(r, line, end);
}

void report_error(report *r, const char *format, ...)
{
    char prefix[64];
    va_list args;

    snprintf(prefix, sizeof prefix, "qjspool %s: ", r->command);
    va_start(args, format);
    print(r, prefix, format, args);
    va_end(args);
}

void report_note(report *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print(r, "", format, args);
    va_end(args);
}

void report_progress(report *r, const char *line)
{
    pthread_mutex_lock(&r->lock);
    if (line == NULL) {
        clear(r);
    } else {
        put(CLEAR_LINE, strlen(CLEAR_LINE));
        put(line, strlen(line));
        r->has_line = true;
    }
    pthread_mutex_unlock(&r->lock);
}
