/* SPDX-License-Identifier: MIT */
/* Names made normal. */
#include "fs/path.h"

#include "base/checked.h"
#include "fs/error.h"
#include "tests/check.h"

#define TEXT(s) s, sizeof(s) - 1

static const struct {
    const char *name;
    const char *raw;
    size_t len;
    const char *want; /* NULL: an error */
    int error;
    bool wants_directory;
} cases[] = {
    { "the root", TEXT("/"), "/", 0, true },
    { "a name", TEXT("/a"), "/a", 0, false },
    { "names", TEXT("/a/b/c.txt"), "/a/b/c.txt", 0, false },
    { "a relative path counts from the root", TEXT("a/b"), "/a/b", 0, false },
    { "slashes are one", TEXT("//a///b"), "/a/b", 0, false },
    { "a slash at the end is remembered", TEXT("/a/"), "/a", 0, true },
    { "a dot is nothing", TEXT("/./a/./b"), "/a/b", 0, false },
    { "a dot at the end is a directory", TEXT("/a/."), "/a", 0, true },
    { "two dots go up", TEXT("/a/b/../c"), "/a/c", 0, false },
    { "two dots at the end are a directory", TEXT("/a/b/.."), "/a", 0, true },
    { "two dots stay at the root", TEXT("/../../a"), "/a", 0, false },
    { "two dots of a relative path stay too", TEXT("../../../etc/passwd"), "/etc/passwd", 0,
      false },
    { "all the way up", TEXT("/a/b/../.."), "/", 0, true },
    { "three dots are a name", TEXT("/a/..."), "/a/...", 0, false },
    { "names may begin with dots", TEXT("/.a/..b"), "/.a/..b", 0, false },
    { "a backslash is a letter", TEXT("/a\\..\\b"), "/a\\..\\b", 0, false },
    { "control characters are letters", TEXT("/a\n\x01"), "/a\n\x01", 0, false },
    { "UTF-8", TEXT("/\xc3\xa4/\xe2\x82\xac"), "/\xc3\xa4/\xe2\x82\xac", 0, false },
    { "nothing", TEXT(""), NULL, QJSP__ENOENT, false },
    { "a NUL", TEXT("/a\0b"), NULL, QJSP__EINVAL, false },
    { "a NUL at the end", TEXT("/a\0"), NULL, QJSP__EINVAL, false },
    { "a NUL in what goes away", TEXT("/\0/../a"), NULL, QJSP__EINVAL, false },
};

static void normal_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++) {
        qjsp__path path;
        int ret =
            qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)cases[i].raw, cases[i].len });

        CHECK_INT(cases[i].name, ret, -cases[i].error);
        if (ret < 0)
            continue;
        CHECK_STR(cases[i].name, path.text, cases[i].want);
        CHECK_INT(cases[i].name, path.len, strlen(cases[i].want));
        CHECK_INT(cases[i].name, path.wants_directory, cases[i].wants_directory);
    }
}

static void parsing_the_normal_form_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++) {
        qjsp__path path;

        if (cases[i].want == NULL)
            continue;
        CHECK_INT(cases[i].name,
                  qjsp__path_parse(
                      &path, (qjsp_bytes){ (const uint8_t *)cases[i].want, strlen(cases[i].want) }),
                  0);
        CHECK_STR(cases[i].name, path.text, cases[i].want);
    }
}

static int parse_repeated(const char *unit, size_t n)
{
    static char raw[8192];
    qjsp__path path;
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        memcpy(raw + len, unit, strlen(unit));
        len += strlen(unit);
    }
    return qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)raw, len });
}

static void lengths(void **state)
{
    (void)state;
    CHECK_INT("255 bytes of a name", parse_repeated("x", 255), 0);
    CHECK_INT("256 bytes of a name", parse_repeated("x", 256), -QJSP__ENAMETOOLONG);
    CHECK_INT("a long name that goes away", parse_repeated("x", 4000), -QJSP__ENAMETOOLONG);
    CHECK_INT("4,094 bytes", parse_repeated("/x", 2047), 0);
    CHECK_INT("4,096 bytes", parse_repeated("/x", 2048), -QJSP__ENAMETOOLONG);
    CHECK_INT("slashes alone", parse_repeated("/", 4094), 0);
    CHECK_INT("too many slashes", parse_repeated("/", 4095), -QJSP__ENAMETOOLONG);
}

static const struct {
    const char *path, *dir;
    bool want;
} within[] = {
    { "/a", "/", true },     { "/", "/", true },      { "/a", "/a", true },
    { "/a/b", "/a", true },  { "/ab", "/a", false },  { "/", "/a", false },
    { "/a", "/a/b", false }, { "/b/a", "/a", false }, { "/a/b/c", "/a/b", true },
};

static void what_lies_within(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(within); i++)
        CHECK_INT(within[i].path, qjsp__path_is_within(within[i].path, within[i].dir),
                  within[i].want);
    CHECK_STR("last", qjsp__path_last("/a/b"), "b");
    CHECK_STR("last of the root", qjsp__path_last("/"), "");
    CHECK_STR("last of a name", qjsp__path_last("b"), "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_form),
        cmocka_unit_test(parsing_the_normal_form_changes_nothing),
        cmocka_unit_test(lengths),
        cmocka_unit_test(what_lies_within),
    };

    return cmocka_run_group_tests_name("fs/path", tests, NULL, NULL);
}
