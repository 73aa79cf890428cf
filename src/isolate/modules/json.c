/* SPDX-License-Identifier: MIT */
#include "isolate/modules/json.h"

#include <string.h>

static void skip_blanks(qjsp__json *j)
{
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\n' || *j->at == '\r'))
        j->at++;
}

/* ---- checking ---- */

static bool take(qjsp__json *j, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(j->end - j->at) < len || memcmp(j->at, word, len) != 0)
        return false;
    j->at += len;
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool check_escape(qjsp__json *j)
{
    char c = j->at < j->end ? *j->at++ : '\0';

    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
    for (int i = 0; i < 4; i++) {
        if (j->at == j->end || !is_hex(*j->at++))
            return false;
    }
    return true;
}

static bool check_string(qjsp__json *j)
{
    if (!take(j, "\""))
        return false;
    while (j->at < j->end) {
        unsigned char c = (unsigned char)*j->at++;

        if (c == '"')
            return true;
        if (c < 0x20 || (c == '\\' && !check_escape(j)))
            return false;
    }
    return false;
}

static bool check_digits(qjsp__json *j)
{
    const char *start = j->at;

    while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
        j->at++;
    return j->at > start;
}

static bool check_number(qjsp__json *j)
{
    take(j, "-");
    if (!take(j, "0") && !check_digits(j))
        return false;
    if (take(j, ".") && !check_digits(j))
        return false;
    if (take(j, "e") || take(j, "E")) {
        if (!take(j, "+"))
            take(j, "-");
        return check_digits(j);
    }
    return true;
}

static bool check_scalar(qjsp__json *j)
{
    if (j->at < j->end && *j->at == '"')
        return check_string(j);
    return take(j, "true") || take(j, "false") || take(j, "null") || check_number(j);
}

static bool check_key(qjsp__json *j)
{
    skip_blanks(j);
    if (!check_string(j))
        return false;
    skip_blanks(j);
    return take(j, ":");
}

/* Behind a value: leaves what it ends, up to a comma, behind which the next value is begun. False:
 * malformed. *depth 0: all is read. */
static bool check_after(qjsp__json *j, char *open, int *depth)
{
    while (*depth > 0) {
        char kind = open[*depth - 1];

        skip_blanks(j);
        if (take(j, ","))
            return kind == '[' || check_key(j);
        if (!take(j, kind == '[' ? "]" : "}"))
            return false;
        --*depth;
    }
    return true;
}

static bool check_value(qjsp__json *j)
{
    char open[QJSP__JSON_MAX_DEPTH];
    int depth = 0;

    do {
        char c;

        skip_blanks(j);
        c = j->at < j->end ? *j->at : '\0';
        if (c != '{' && c != '[') {
            if (!check_scalar(j))
                return false;
        } else {
            j->at++;
            skip_blanks(j);
            if (!take(j, c == '[' ? "]" : "}")) {
                if (depth == QJSP__JSON_MAX_DEPTH)
                    return false;
                open[depth++] = c;
                if (c == '{' && !check_key(j))
                    return false;
                continue;
            }
        }
        if (!check_after(j, open, &depth))
            return false;
    } while (depth > 0);
    skip_blanks(j);
    return j->at == j->end;
}

bool qjsp__json_check(qjsp_bytes text, qjsp__json *out)
{
    const char *data = text.len == 0 ? "" : (const char *)text.data;
    qjsp__json j = { data, data + text.len };

    take(&j, "\xef\xbb\xbf"); /* some editors write a mark */
    skip_blanks(&j);
    *out = j;
    return check_value(&j);
}

/* ---- walking ---- */

char qjsp__json_kind(const qjsp__json *value)
{
    char c = value->at == NULL || value->at >= value->end ? '\0' : *value->at;

    return c == '-' || (c >= '0' && c <= '9') ? '0' : c;
}

void qjsp__json_skip(qjsp__json *value)
{
    int depth = 0;

    do {
        char c = *value->at;

        if (c == '"') {
            check_string(value);
            continue;
        }
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        value->at++;
        if (depth == 0 && c != '}' && c != ']')
            while (value->at < value->end && strchr(",]} \t\r\n", *value->at) == NULL)
                value->at++;
    } while (depth > 0 && value->at < value->end);
}

static unsigned read_hex(const char *p)
{
    unsigned n = 0;

    for (int i = 0; i < 4; i++) {
        char c = p[i];

        n = n * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return n;
}

static size_t write_utf8(unsigned c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* p is behind the backslash; it moves behind the escape. */
static size_t read_escape(const char **p, char out[4])
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char c = *(*p)++;
    const char *found = strchr(from, c);
    unsigned unit, low;

    if (c != 'u') {
        out[0] = found == NULL ? c : to[found - from];
        return 1;
    }
    unit = read_hex(*p);
    *p += 4;
    if ((unit & 0xfc00) == 0xd800 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        low = read_hex(*p + 2);
        if ((low & 0xfc00) == 0xdc00) {
            *p += 6;
            unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
        }
    }
    return write_utf8(unit, out);
}

bool qjsp__json_read_string(qjsp__json *value, char *out, size_t cap, size_t *len)
{
    const char *p = value->at + 1;
    bool fits = true;
    char piece[4];

    *len = 0;
    while (*p != '"') {
        size_t n = 1;

        piece[0] = *p++;
        if (piece[0] == '\\')
            n = read_escape(&p, piece);
        fits = fits && piece[0] != '\0' && n < cap - *len;
        if (fits) {
            memcpy(out + *len, piece, n);
            *len += n;
        }
    }
    value->at = p + 1;
    if (!fits)
        *len = 0;
    out[*len] = '\0';
    return fits;
}

bool qjsp__json_first(qjsp__json *container)
{
    container->at++;
    skip_blanks(container);
    return *container->at != ']' && *container->at != '}';
}

bool qjsp__json_next(qjsp__json *item)
{
    skip_blanks(item);
    if (*item->at != ',')
        return false;
    item->at++;
    skip_blanks(item);
    return true;
}

bool qjsp__json_key(qjsp__json *item, char *out, size_t cap, size_t *len)
{
    bool ok = qjsp__json_read_string(item, out, cap, len);

    skip_blanks(item);
    item->at++; /* the colon */
    skip_blanks(item);
    return ok;
}

qjsp__json qjsp__json_get(const qjsp__json *object, const char *key)
{
    qjsp__json item = *object, found = { NULL, NULL };
    char name[64];
    size_t len;

    if (qjsp__json_kind(object) != '{')
        return found;
    for (bool more = qjsp__json_first(&item); more; more = qjsp__json_next(&item)) {
        bool is_it = qjsp__json_key(&item, name, sizeof name, &len) && strcmp(name, key) == 0;

        if (is_it)
            found = item;
        qjsp__json_skip(&item);
    }
    return found;
}
