/* SPDX-License-Identifier: MIT */
#include "isolate/modules/file_url.h"

#include <string.h>
#include <strings.h>

#include "fs/error.h"

static const char NO_PATH[] = "it has a NUL, or a name of more than 255 bytes, or too many names";

bool qjsp__is_file_url(const char *text)
{
    return strncasecmp(text, "file:", 5) == 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind the host, which must be empty or localhost. NULL: it is another. */
static const char *skip_host(const char *url)
{
    const char *p = url + 5;

    if (strncmp(p, "//", 2) != 0)
        return p;
    p += 2;
    if (strncasecmp(p, "localhost/", 10) == 0)
        return p + 9;
    return *p == '/' ? p : NULL;
}

/* Appends to out, which has a folder already; undoes escapes. */
static const char *unescape(const char *text, size_t len, char *out, size_t at, size_t cap)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '%' && i + 2 < len && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            c = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            if (c == '/' || c == '\\')
                return "it must not have an escaped slash or backslash";
            if (c == '\0')
                return NO_PATH;
            i += 2;
        }
        if (at + 1 >= cap)
            return NO_PATH;
        out[at++] = c;
    }
    out[at] = '\0';
    return NULL;
}

static const char *parse(const char *dir, const char *text, size_t len, bool is_url,
                         qjsp__reference *out)
{
    char joined[QJSP__PATH_MAX];
    size_t at = 0;
    const char *problem = NULL;

    if (text[0] != '/') {
        at = strlen(dir);
        if (at + 2 > sizeof joined)
            return NO_PATH;
        memcpy(joined, dir, at);
        joined[at++] = '/';
    }
    if (is_url) {
        problem = unescape(text, len, joined, at, sizeof joined);
    } else if (len < sizeof joined - at) {
        memcpy(joined + at, text, len);
        joined[at + len] = '\0';
    } else {
        problem = NO_PATH;
    }
    if (problem == NULL &&
        qjsp__path_parse(&out->path, (qjsp_bytes){ (const uint8_t *)joined, strlen(joined) }) < 0)
        problem = NO_PATH;
    return problem;
}

const char *qjsp__reference_parse(const char *dir, const char *text, qjsp__reference *out)
{
    size_t len;

    if (qjsp__is_file_url(text)) {
        text = skip_host(text);
        if (text == NULL || *text != '/')
            return "a file: URL must not have a host";
    }
    len = strcspn(text, "?#");
    out->suffix = text + len;
    return parse(dir, text, len, true, out);
}

const char *qjsp__reference_parse_plain(const char *dir, const char *text, qjsp__reference *out)
{
    out->suffix = "";
    return parse(dir, text, strlen(text), false, out);
}

void qjsp__file_url_append(qjsp_buffer *out, const char *path, size_t path_len)
{
    static const char digits[] = "0123456789ABCDEF";

    qjsp_buffer_append(out, "file://", 7);
    for (size_t i = 0; i < path_len; i++) {
        unsigned char c = (unsigned char)path[i];

        /* those of the URL standard's path set, and what would end the path */
        if (c <= 0x20 || c >= 0x7f || strchr("\"#<>?`{}^%\\|[]", c) != NULL) {
            char escaped[] = { '%', digits[c >> 4], digits[c & 15] };

            qjsp_buffer_append(out, escaped, 3);
        } else {
            qjsp_buffer_append(out, &c, 1);
        }
    }
    qjsp_buffer_append(out, path + path_len, strlen(path + path_len));
}
