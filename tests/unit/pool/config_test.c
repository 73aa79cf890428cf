/* SPDX-License-Identifier: MIT */
/* Options are copied with all they point to. */
#include "pool/config.h"

#include "base/checked.h"
#include "unit/pool/fixture.h"

static void copies_all_that_is_pointed_to(void **state)
{
    char name[] = "db.get", specifier[] = "mod", boot[] = "boot()", file[] = "b.js", json[] = "{}";
    uint8_t globals[] = { 0xa0 };
    qjsp_pool_function function = { .name = name, .call = gate_call };
    qjsp_module module = { .specifier = specifier, .source = fixture_bytes(boot) };
    char path[] = "/data";
    qjsp_mount mount = { .path = path };
    qjsp_pool_options opt = fixture_options(3);
    qjsp__config *config = NULL;

    (void)state;
    opt.isolate.mounts = &mount;
    opt.isolate.nmounts = 1;
    opt.functions = &function;
    opt.nfunctions = 1;
    opt.isolate.modules = &module;
    opt.isolate.nmodules = 1;
    opt.isolate.globals = (qjsp_bytes){ globals, sizeof globals };
    opt.isolate.globals_json = fixture_bytes(json);
    opt.bootstrap = fixture_bytes(boot);
    opt.bootstrap_filename = file;
    CHECK_STATUS("new", qjsp__config_new(&config, &opt), QJSP_OK);
    path[1] = name[0] = specifier[0] = boot[0] = file[0] = json[0] = '!';
    globals[0] = 0xff;
    memset(&function, 0, sizeof function);
    memset(&module, 0, sizeof module);
    memset(&mount, 0, sizeof mount);
    CHECK_STR("name", config->opt.functions[0].name, "db.get");
    CHECK_TRUE("call", config->opt.functions[0].call == gate_call);
    CHECK_STR("specifier", config->opt.isolate.modules[0].specifier, "mod");
    CHECK_BYTES("source", config->opt.isolate.modules[0].source.data,
                config->opt.isolate.modules[0].source.len, "boot()", 6);
    CHECK_BYTES("bootstrap", config->opt.bootstrap.data, config->opt.bootstrap.len, "boot()", 6);
    CHECK_STR("file", config->opt.bootstrap_filename, "b.js");
    CHECK_BYTES("globals", config->opt.isolate.globals.data, config->opt.isolate.globals.len,
                "\xa0", 1);
    CHECK_BYTES("json", config->opt.isolate.globals_json.data, config->opt.isolate.globals_json.len,
                "{}", 2);
    CHECK_INT("workers", config->opt.workers, 3);
    CHECK_STR("mount", config->opt.isolate.mounts[0].path, "/data");
    CHECK_TRUE("has a store", config->opt.isolate.mounts[0].kind == QJSP_MOUNT_STORE &&
                                  config->opt.isolate.mounts[0].store != NULL);
    qjsp__config_unref(config);
}

static void fills_in_what_is_missing(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp__config *config = NULL;

    (void)state;
    CHECK_STATUS("new", qjsp__config_new(&config, &opt), QJSP_OK);
    CHECK_STR("file", config->opt.bootstrap_filename, "bootstrap.js");
    CHECK_TRUE("alloc", config->opt.isolate.alloc == qjsp_alloc_default());
    qjsp__config_ref(config);
    qjsp__config_unref(config);
    CHECK_INT("still there", config->opt.workers, 1);
    qjsp__config_unref(config);
    qjsp__config_unref(NULL);
}

static void sizes_that_cannot_be_are_no_memory(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp__config *config = NULL;

    (void)state;
    opt.bootstrap = fixture_bytes("x");
    opt.bootstrap.len = SIZE_MAX - 8;
    CHECK_STATUS("overflow", qjsp__config_new(&config, &opt), QJSP_ERR_NOMEM);
    CHECK_TRUE("untouched", config == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_all_that_is_pointed_to),
        cmocka_unit_test(fills_in_what_is_missing),
        cmocka_unit_test(sizes_that_cannot_be_are_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
