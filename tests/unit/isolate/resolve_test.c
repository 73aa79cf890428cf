/* SPDX-License-Identifier: MIT */
/* From specifiers to files, by a table over one tree; links as pnpm makes them; and no memory. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "isolate/modules/resolve.h"
#include "tests/check.h"
#include "tests/oom.h"
#include "tests/temp_folder.h"

static const struct {
    const char *path, *text;
} files[] = {
    { "a.js", "" },
    { "dir/index.js", "" },
    { "dir/b c.json", "" },
    { "package.json", "{\"name\":\"root\",\"exports\":{\"./x\":\"./a.js\"},\"imports\":{\"#d/*\":"
                      "\"./dir/*\",\"#p\":\"p\",\"#self\":\"#d/x\"}}" },
    { "node_modules/p/package.json", "{\"main\":\"lib\"}" },
    { "node_modules/p/lib/index.js", "" },
    { "node_modules/p/sub.js", "" },
    { "node_modules/q/package.json",
      "{\"exports\":{\".\":{\"require\":\"./r.cjs\",\"import\":\"./i.mjs\"},\"./f/*\":{\"x\":null,"
      "\"default\":\"./f/*.js\"},\"./n/*\":null,\"./a\":[null,\"../bad\",\"./i.mjs\"],\"./b\":1}}" },
    { "node_modules/q/r.cjs", "" },
    { "node_modules/q/i.mjs", "" },
    { "node_modules/q/f/one.js", "" },
    { "node_modules/q/node_modules/p/index.js", "" },
    { "node_modules/bad/package.json", "{\"a\":1}}" },
    { "node_modules/file.js", "" },
    { "node_modules/@s/t/index.json", "" },
};

static const struct {
    const char *name, *specifier, *importer;
    bool by_require;
    const char *want; /* a path, a code, or "" for nothing there */
} cases[] = {
    { "a neighbour", "./a.js", "/m/x.js", 0, "/m/a.js" },
    { "one above", "../a.js", "/m/dir/x.js", 0, "/m/a.js" },
    { "absolute", "/m/a.js", "/m/dir/x.js", 0, "/m/a.js" },
    { "a URL", "file:///m/dir/b%20c.json", "/", 0, "/m/dir/b c.json" },
    { "a URL with localhost", "FILE://localhost/m/a.js", "/", 0, "/m/a.js" },
    { "a suffix", "./a.js?v=1#h", "/m/x.js", 0, "/m/a.js?v=1#h" },
    { "no suffix for require", "./a.js?v=1", "/m/x.js", 1, "" },
    { "no extension for import", "./a", "/m/x.js", 0, "" },
    { "an extension for require", "./a", "/m/x.js", 1, "/m/a.js" },
    { "a folder for import", "./dir", "/m/x.js", 0, "ERR_UNSUPPORTED_DIR_IMPORT" },
    { "a folder for require", "./dir", "/m/x.js", 1, "/m/dir/index.js" },
    { "the folder that one is in", ".", "/m/dir/x.js", 1, "/m/dir/index.js" },
    { "a file with a slash", "./a.js/", "/m/x.js", 1, "" },
    { "main", "p", "/m/x.js", 0, "/m/node_modules/p/lib/index.js" },
    { "from below", "p", "/m/dir/deep/x.js", 0, "/m/node_modules/p/lib/index.js" },
    { "the nearest", "p", "/m/node_modules/q/i.mjs", 0,
      "/m/node_modules/q/node_modules/p/index.js" },
    { "from no mount", "p", "/", 0, "/m/node_modules/p/lib/index.js" },
    { "from a place that is no mount", "p", "/elsewhere/x.js", 0,
      "/m/node_modules/p/lib/index.js" },
    { "a file of a package", "p/sub.js", "/m/x.js", 0, "/m/node_modules/p/sub.js" },
    { "not without its extension", "p/sub", "/m/x.js", 0, "" },
    { "but for require", "p/sub", "/m/x.js", 1, "/m/node_modules/p/sub.js" },
    { "a package that is a file", "file", "/m/x.js", 1, "/m/node_modules/file.js" },
    { "not for import", "file", "/m/x.js", 0, "" },
    { "a scope", "@s/t", "/m/x.js", 1, "/m/node_modules/@s/t/index.json" },
    { "exports for import", "q", "/m/x.js", 0, "/m/node_modules/q/i.mjs" },
    { "exports for require", "q", "/m/x.js", 1, "/m/node_modules/q/r.cjs" },
    { "a pattern", "q/f/one", "/m/x.js", 0, "/m/node_modules/q/f/one.js" },
    { "a pattern to nothing", "q/f/two", "/m/x.js", 0, "ERR_MODULE_NOT_FOUND" },
    { "null", "q/n/x", "/m/x.js", 0, "ERR_PACKAGE_PATH_NOT_EXPORTED" },
    { "an array", "q/a", "/m/x.js", 0, "/m/node_modules/q/i.mjs" },
    { "a number", "q/b", "/m/x.js", 0, "ERR_INVALID_PACKAGE_TARGET" },
    { "what is not exported", "q/i.mjs", "/m/x.js", 0, "ERR_PACKAGE_PATH_NOT_EXPORTED" },
    { "out of a pattern", "q/f/../one", "/m/x.js", 0, "ERR_INVALID_MODULE_SPECIFIER" },
    { "itself", "root/x", "/m/dir/x.js", 0, "/m/a.js" },
    { "itself, not exported", "root", "/m/x.js", 0, "ERR_PACKAGE_PATH_NOT_EXPORTED" },
    { "imports", "#d/index.js", "/m/dir/x.js", 0, "/m/dir/index.js" },
    { "imports of a package", "#p", "/m/x.js", 0, "p" },
    { "imports of imports", "#self", "/m/x.js", 0, "ERR_INVALID_PACKAGE_TARGET" },
    { "no imports", "#d/index.js", "/m/node_modules/q/i.mjs", 0, "ERR_PACKAGE_IMPORT_NOT_DEFINED" },
    { "JSON that is none", "bad", "/m/x.js", 0, "ERR_INVALID_PACKAGE_CONFIG" },
    { "a name with an escape", "a%20b", "/m/x.js", 0, "ERR_INVALID_MODULE_SPECIFIER" },
    { "a scope alone", "@s", "/m/x.js", 0, "ERR_INVALID_MODULE_SPECIFIER" },
    { "nothing", "", "/m/x.js", 0, "ERR_INVALID_MODULE_SPECIFIER" },
};

/* ---- a tree ---- */

static void put(const qjsp__mounts *mounts, const char *name, const char *text)
{
    const qjsp__mount *mount;
    qjsp__path path, parent;
    char full[256];
    int handle;

    snprintf(full, sizeof full, "/m/%s", name);
    assert_int_equal(qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)full, strlen(full) }),
                     0);
    for (size_t i = 3; i < path.len; i++) {
        if (path.text[i] != '/')
            continue;
        qjsp__path_parse(&parent, (qjsp_bytes){ (const uint8_t *)full, i });
        qjsp__mounts_mkdir(mounts, &parent, 0777);
    }
    handle = qjsp__mounts_open(mounts, &path, QJSP__O_WRONLY | QJSP__O_CREAT, 0666, &mount);
    assert_true(handle >= 0);
    if (text[0] != '\0')
        mount->store->ops->write(mount->store, handle, 0, (const uint8_t *)text, strlen(text));
    mount->store->ops->close(mount->store, handle);
}

static void make(qjsp__mounts *mounts, const char *folder)
{
    qjsp_mount mount = { .path = "/m",
                         .kind = folder == NULL ? QJSP_MOUNT_MEMORY : QJSP_MOUNT_DIRECTORY,
                         .directory = folder };

    assert_int_equal(qjsp__mounts_init(mounts, &mount, 1, qjsp_alloc_default()), QJSP_OK);
    for (size_t i = 0; i < QJSP_COUNTOF(files); i++)
        put(mounts, files[i].path, files[i].text);
}

/* ---- tests ---- */

static const char *answer(qjsp__resolver *r, size_t i)
{
    qjsp_bytes importer = { (const uint8_t *)cases[i].importer, strlen(cases[i].importer) };

    switch (qjsp__resolve(r, cases[i].specifier, importer, cases[i].by_require)) {
    case QJSP__RESOLVED:
    case QJSP__RESOLVE_OTHER: return (const char *)r->found.data;
    case QJSP__RESOLVE_NONE: return "";
    case QJSP__RESOLVE_ERROR: return r->code;
    case QJSP__RESOLVE_NOMEM: break;
    }
    return "no memory";
}

static void check_all(const char *folder)
{
    qjsp__mounts mounts;
    qjsp__resolver r;

    make(&mounts, folder);
    qjsp__resolver_init(&r, &mounts, qjsp_alloc_default());
    for (int round = 0; round < 2; round++) { /* the second from memory */
        for (size_t i = 0; i < QJSP_COUNTOF(cases); i++)
            CHECK_STR(cases[i].name, answer(&r, i), cases[i].want);
    }
    qjsp__resolver_fini(&r);
    qjsp__mounts_fini(&mounts);
}

static void specifiers_lead_to_files(void **state)
{
    char *folder = temp_folder_new(NULL);

    (void)state;
    check_all(NULL);
    check_all(folder);
    temp_folder_free(folder);
}

static const char *resolve(qjsp__resolver *r, const char *specifier, const char *importer)
{
    qjsp_bytes from = { (const uint8_t *)importer, strlen(importer) };

    return qjsp__resolve(r, specifier, from, false) == QJSP__RESOLVED ? (const char *)r->found.data
                                                                      : "";
}

static void make_links(const char *folder)
{
    int dir = open(folder, O_RDONLY | O_DIRECTORY);

    assert_true(dir >= 0);
    assert_int_equal(mkdirat(dir, "node_modules/.store", 0777), 0);
    assert_int_equal(mkdirat(dir, "node_modules/.store/l", 0777), 0);
    assert_int_equal(symlinkat("../../p", dir, "node_modules/.store/l/real"), 0);
    assert_int_equal(symlinkat(".store/l/real", dir, "node_modules/linked"), 0);
    assert_int_equal(symlinkat("a.js", dir, "link.js"), 0);
    assert_int_equal(symlinkat("/etc/passwd", dir, "out.js"), 0);
    assert_int_equal(symlinkat("../..", dir, "node_modules/up"), 0);
    assert_int_equal(symlinkat("loop.js", dir, "loop.js"), 0);
    close(dir);
}

static void links_are_followed_and_never_out(void **state)
{
    char *folder = temp_folder_new(NULL);
    qjsp__mounts mounts;
    qjsp__resolver r;

    (void)state;
    make(&mounts, folder);
    make_links(folder);
    qjsp__resolver_init(&r, &mounts, qjsp_alloc_default());
    CHECK_STR("a package", resolve(&r, "linked", "/m/x.js"), "/m/node_modules/p/lib/index.js");
    CHECK_STR("a file of one", resolve(&r, "linked/sub.js", "/m/x.js"), "/m/node_modules/p/sub.js");
    CHECK_STR("a file", resolve(&r, "./link.js", "/m/x.js"), "/m/a.js");
    CHECK_STR("a file outside", resolve(&r, "./out.js", "/m/x.js"), "");
    assert_non_null(strstr((const char *)r.tried.data, "permission denied"));
    CHECK_STR("a folder outside", resolve(&r, "up", "/m/x.js"), "");
    CHECK_STR("a loop", resolve(&r, "./loop.js", "/m/x.js"), "");
    qjsp__resolver_fini(&r);
    qjsp__mounts_fini(&mounts);
    temp_folder_free(folder);
}

static void every_allocation_may_fail(void **state)
{
    qjsp__mounts mounts;

    (void)state;
    make(&mounts, NULL);
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++) {
        for (size_t n = 0, calls = 1; n < calls; n++) {
            oom o = { .fail_at = n };
            qjsp_alloc alloc = { oom_realloc, &o };
            qjsp__resolver r;
            const char *got;

            qjsp__resolver_init(&r, &mounts, &alloc);
            got = answer(&r, i);
            if (strcmp(got, "no memory") != 0)
                CHECK_STR(cases[i].name, got, cases[i].want);
            calls = o.calls;
            qjsp__resolver_fini(&r);
            CHECK_INT(cases[i].name, o.live, 0);
        }
    }
    qjsp__mounts_fini(&mounts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specifiers_lead_to_files),
        cmocka_unit_test(links_are_followed_and_never_out),
        cmocka_unit_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("isolate/resolve", tests, NULL, NULL);
}
