/* SPDX-License-Identifier: MIT */
#include "isolate/files/files.h"

#include <string.h>

#include "base/checked.h"
#include "fs/files.h"
#include "isolate/files/file_object.h"
#include "isolate/files/node.h"
#include "isolate/files/std.h"

/* ---- globals ---- */

/* Made by the engine when they are first looked at: until then, two names. */
static const JSCFunctionListEntry globals[] = {
    JS_OBJECT_DEF("std", qjsp__std_entries, QJSP__NSTD, JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE),
    JS_OBJECT_DEF("os", qjsp__os_entries, QJSP__NOS, JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE),
};

bool qjsp__files_install(qjsp_isolate *iso, JSValueConst global)
{
    if (iso->fs == NULL)
        return true;
    JS_SetRuntimeOpaque(iso->realm->rt, iso);
    return qjsp__file_object_define(iso) &&
           JS_SetPropertyFunctionList(iso->realm->ctx, global, globals, QJSP_COUNTOF(globals)) == 0;
}

/* ---- modules ---- */

typedef struct builtin {
    const char *name;
    const JSCFunctionListEntry *entries;
    int nentries;
} builtin;

static const builtin builtins[] = {
    { "std", qjsp__std_entries, QJSP__NSTD },
    { "qjs:std", qjsp__std_entries, QJSP__NSTD },
    { "os", qjsp__os_entries, QJSP__NOS },
    { "qjs:os", qjsp__os_entries, QJSP__NOS },
    { "fs", qjsp__fs_entries, QJSP__NFS },
    { "node:fs", qjsp__fs_entries, QJSP__NFS },
    { "fs/promises", qjsp__fs_promises_entries, QJSP__NFS_PROMISES },
    { "node:fs/promises", qjsp__fs_promises_entries, QJSP__NFS_PROMISES },
};

static const builtin *find(const char *name)
{
    for (size_t i = 0; i < QJSP_COUNTOF(builtins); i++) {
        if (strcmp(builtins[i].name, name) == 0)
            return &builtins[i];
    }
    return NULL;
}

/* Each entry is an export, and all of them are properties of the default one. */
static int set_exports(JSContext *ctx, JSModuleDef *module)
{
    JSAtom atom = JS_GetModuleName(ctx, module);
    const char *name = JS_AtomToCString(ctx, atom);
    const builtin *b = name == NULL ? NULL : find(name);
    JSValue object = b == NULL ? JS_EXCEPTION : JS_NewObject(ctx);
    int ret = -1;

    JS_FreeCString(ctx, name);
    JS_FreeAtom(ctx, atom);
    if (!JS_IsException(object) &&
        JS_SetPropertyFunctionList(ctx, object, b->entries, b->nentries) == 0)
        ret = 0;
    for (int i = 0; ret == 0 && i < b->nentries; i++) {
        JSValue value = JS_GetPropertyStr(ctx, object, b->entries[i].name);

        if (JS_IsException(value) || JS_SetModuleExport(ctx, module, b->entries[i].name, value) < 0)
            ret = -1;
    }
    if (ret == 0)
        return JS_SetModuleExport(ctx, module, "default", object);
    JS_FreeValue(ctx, object);
    return -1;
}

bool qjsp__files_find_module(qjsp_isolate *iso, const char *name, JSModuleDef **module)
{
    const builtin *b = iso->fs == NULL ? NULL : find(name);
    JSContext *ctx = iso->realm->ctx;

    if (b == NULL)
        return false;
    *module = JS_NewCModule(ctx, name, set_exports);
    if (*module != NULL && (JS_AddModuleExportList(ctx, *module, b->entries, b->nentries) < 0 ||
                            JS_AddModuleExport(ctx, *module, "default") < 0))
        *module = NULL;
    return true;
}

/* ---- the end of a task ---- */

void qjsp__files_end_task(qjsp_isolate *iso)
{
    qjsp_status status = iso->result.status;
    bool ended_itself =
        status == QJSP_OK || status == QJSP_ERR_EXCEPTION || status == QJSP_ERR_LIMIT;

    if (iso->fs == NULL)
        return;
    if (!iso->in_session)
        qjsp__fs_close_all(iso->fs, ended_itself);
    else if (ended_itself)
        qjsp__fs_flush_all(iso->fs);
}
