/* SPDX-License-Identifier: MIT */
#include "isolate/modules/exports.h"

#include <string.h>
#include <strings.h>

#include "base/checked.h"

enum { KEY_MAX = 1024, CONDITION_MAX = 64 };

/* What a pattern's * stands for; NULL: the key was no pattern. */
typedef struct match {
    const char *text;
    size_t len;
} match;

/* ---- conditions ---- */

static bool holds(const char *condition, bool by_require)
{
    static const char *const always[] = { "default", "module-sync" };
    static const char *const imports[] = { "import", "module" };

    for (size_t i = 0; i < QJSP_COUNTOF(always); i++) {
        if (strcmp(condition, always[i]) == 0)
            return true;
    }
    if (by_require)
        return strcmp(condition, "require") == 0;
    for (size_t i = 0; i < QJSP_COUNTOF(imports); i++) {
        if (strcmp(condition, imports[i]) == 0)
            return true;
    }
    return false;
}

static bool is_index(const char *key)
{
    return key[0] != '\0' && strspn(key, "0123456789") == strlen(key) &&
           (key[0] != '0' || key[1] == '\0');
}

/* ---- targets ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One segment with its %XX undone, as far as that matters here. */
static bool is_bad_segment(const char *segment, size_t len)
{
    char plain[16];
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        char c = segment[i];

        if (n == sizeof plain - 1)
            return false; /* longer than any of them */
        if (c == '%' && i + 2 < len && hex_digit(segment[i + 1]) >= 0 &&
            hex_digit(segment[i + 2]) >= 0) {
            c = (char)(hex_digit(segment[i + 1]) * 16 + hex_digit(segment[i + 2]));
            i += 2;
        }
        plain[n++] = c;
    }
    plain[n] = '\0';
    return n == 0 || strcmp(plain, ".") == 0 || strcmp(plain, "..") == 0 ||
           strcasecmp(plain, "node_modules") == 0;
}

/* A name at its end may be empty: "./dir/" is a folder, which is found out later. */
static bool has_bad_segment(const char *path, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t n = strcspn(path + at, "/\\");

        n = qjsp__size_min(n, len - at);
        if (is_bad_segment(path + at, n))
            return true;
        at += n + 1;
    }
    return false;
}

static bool is_url(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon != NULL && colon > text && strcspn(text, "/") > (size_t)(colon - text);
}

/* Puts what matched in the place of every *. */
static bool expand(qjsp__target *target, const char *pattern, const match *m)
{
    size_t len = 0;

    for (; *pattern != '\0'; pattern++) {
        bool is_star = *pattern == '*' && m->text != NULL;
        const char *piece = is_star ? m->text : pattern;
        size_t n = is_star ? m->len : 1;

        if (n >= sizeof target->text - len)
            return false;
        memcpy(target->text + len, piece, n);
        len += n;
    }
    target->text[len] = '\0';
    return true;
}

static qjsp__target_state take_string(qjsp__json *value, const match *m, qjsp__target *target)
{
    char text[QJSP__TARGET_MAX];
    size_t len;

    if (!qjsp__json_read_string(value, text, sizeof text, &len))
        return QJSP__TARGET_BAD_TARGET;
    if (strncmp(text, "./", 2) != 0) {
        if (!target->is_import || text[0] == '\0' || text[0] == '/' || text[0] == '#' ||
            strncmp(text, "../", 3) == 0 || (is_url(text) && strncmp(text, "node:", 5) != 0))
            return QJSP__TARGET_BAD_TARGET;
        return expand(target, text, m) ? QJSP__TARGET_FOUND : QJSP__TARGET_BAD_TARGET;
    }
    if (has_bad_segment(text + 2, len - 2))
        return QJSP__TARGET_BAD_TARGET;
    if (m->text != NULL && has_bad_segment(m->text, m->len))
        return QJSP__TARGET_BAD_SPECIFIER;
    return expand(target, text, m) ? QJSP__TARGET_FOUND : QJSP__TARGET_BAD_TARGET;
}

static qjsp__target_state take_value(qjsp__json value, const match *m, qjsp__target *target,
                                     bool *is_null);

static qjsp__target_state take_object(qjsp__json item, const match *m, qjsp__target *target,
                                      bool *is_null)
{
    char key[CONDITION_MAX];
    size_t len;

    for (bool more = qjsp__json_first(&item); more; more = qjsp__json_next(&item)) {
        bool fits = qjsp__json_key(&item, key, sizeof key, &len);

        if (fits && is_index(key))
            return QJSP__TARGET_BAD_CONFIG;
        if (fits && holds(key, target->by_require)) {
            qjsp__target_state state = take_value(item, m, target, is_null);

            if (state != QJSP__TARGET_NONE || *is_null)
                return state;
        }
        qjsp__json_skip(&item);
    }
    return QJSP__TARGET_NONE;
}

/* The first that is a target at all. */
static qjsp__target_state take_array(qjsp__json item, const match *m, qjsp__target *target,
                                     bool *is_null)
{
    qjsp__target_state last = QJSP__TARGET_NONE;

    for (bool more = qjsp__json_first(&item); more; more = qjsp__json_next(&item)) {
        *is_null = false;
        last = take_value(item, m, target, is_null);
        if (last != QJSP__TARGET_BAD_TARGET && last != QJSP__TARGET_NONE)
            return last;
        qjsp__json_skip(&item);
    }
    return last;
}

/* Nests as deep as JSON may: QJSP__JSON_MAX_DEPTH. */
static qjsp__target_state take_value(qjsp__json value, const match *m, qjsp__target *target,
                                     bool *is_null)
{
    switch (qjsp__json_kind(&value)) {
    case '"': return take_string(&value, m, target);
    case '{': return take_object(value, m, target, is_null);
    case '[': return take_array(value, m, target, is_null);
    case 'n': *is_null = true; return QJSP__TARGET_NONE;
    default: return QJSP__TARGET_BAD_TARGET;
    }
}

/* ---- keys ---- */

/* The best key so far that name matches. */
typedef struct best {
    qjsp__json value;
    size_t base_len; /* before the *; SIZE_MAX: the key is the name itself */
    size_t key_len;
    match m;
} best;

/* Longer before the *, then longer altogether, is more exact (PATTERN_KEY_COMPARE). */
static bool is_better(const best *b, size_t base_len, size_t key_len)
{
    if (b->value.at == NULL)
        return true;
    if (b->base_len != base_len)
        return b->base_len != SIZE_MAX && base_len > b->base_len;
    return key_len > b->key_len;
}

static void consider(best *b, const char *key, const char *name, const qjsp__json *value)
{
    const char *star = strchr(key, '*');
    size_t key_len = strlen(key), name_len = strlen(name);
    size_t base_len = star == NULL ? 0 : (size_t)(star - key);
    size_t trailer_len = star == NULL ? 0 : key_len - base_len - 1;

    if (star == NULL) {
        if (strcmp(key, name) == 0)
            *b = (best){ *value, SIZE_MAX, key_len, { NULL, 0 } };
        return;
    }
    if (strchr(star + 1, '*') != NULL || name_len < key_len || strncmp(name, key, base_len) != 0 ||
        memcmp(name + name_len - trailer_len, star + 1, trailer_len) != 0 ||
        !is_better(b, base_len, key_len))
        return;
    *b =
        (best){ *value, base_len, key_len, { name + base_len, name_len - base_len - trailer_len } };
}

static qjsp__target_state find_key(const qjsp__json *map, const char *name, qjsp__target *target)
{
    qjsp__json item = *map;
    best b = { .value = { NULL, NULL } };
    bool is_null = false;
    char key[KEY_MAX];
    size_t len;

    if (strchr(name, '*') != NULL || name[strlen(name) - 1] == '/')
        return QJSP__TARGET_NONE;
    for (bool more = qjsp__json_first(&item); more; more = qjsp__json_next(&item)) {
        if (qjsp__json_key(&item, key, sizeof key, &len))
            consider(&b, key, name, &item);
        qjsp__json_skip(&item);
    }
    return b.value.at == NULL ? QJSP__TARGET_NONE : take_value(b.value, &b.m, target, &is_null);
}

/* Whether an object's keys are paths, or conditions; both is wrong. */
static bool has_paths(const qjsp__json *exports, bool *is_mixed)
{
    qjsp__json item = *exports;
    bool has_path = false, has_condition = false;
    char key[KEY_MAX];
    size_t len;

    if (qjsp__json_kind(exports) == '{') {
        for (bool more = qjsp__json_first(&item); more; more = qjsp__json_next(&item)) {
            bool fits = qjsp__json_key(&item, key, sizeof key, &len);

            if (fits && key[0] == '.')
                has_path = true;
            else
                has_condition = true;
            qjsp__json_skip(&item);
        }
    }
    *is_mixed = has_path && has_condition;
    return has_path;
}

qjsp__target_state qjsp__exports_find(const qjsp__json *exports, const char *subpath,
                                      qjsp__target *target)
{
    bool is_mixed, is_null = false;

    target->is_import = false;
    if (!has_paths(exports, &is_mixed)) {
        match none = { NULL, 0 };

        if (strcmp(subpath, ".") != 0)
            return QJSP__TARGET_NONE;
        return take_value(*exports, &none, target, &is_null);
    }
    return is_mixed ? QJSP__TARGET_BAD_CONFIG : find_key(exports, subpath, target);
}

qjsp__target_state qjsp__imports_find(const qjsp__json *imports, const char *name,
                                      qjsp__target *target)
{
    target->is_import = true;
    if (qjsp__json_kind(imports) != '{')
        return QJSP__TARGET_NONE;
    return find_key(imports, name, target);
}
