/* SPDX-License-Identifier: MIT */
/* Modules of our own: tables of functions, where something is mounted. */
#include <string.h>

#include "isolate/files/node.h"
#include "isolate/files/std.h"
#include "isolate/modules/modules.h"

typedef struct builtin {
    const char *name;
    const char *canonical; /* of names for the same thing, the one it is kept by */
    const JSCFunctionListEntry *entries;
    int nentries;
} builtin;

static const builtin builtins[] = {
    { "std", "std", qjsp__std_entries, QJSP__NSTD },
    { "qjs:std", "std", qjsp__std_entries, QJSP__NSTD },
    { "os", "os", qjsp__os_entries, QJSP__NOS },
    { "qjs:os", "os", qjsp__os_entries, QJSP__NOS },
    { "fs", "fs", qjsp__fs_entries, QJSP__NFS },
    { "node:fs", "fs", qjsp__fs_entries, QJSP__NFS },
    { "fs/promises", "fs/promises", qjsp__fs_promises_entries, QJSP__NFS_PROMISES },
    { "node:fs/promises", "fs/promises", qjsp__fs_promises_entries, QJSP__NFS_PROMISES },
    { "module", "module", qjsp__module_entries, QJSP__NMODULE },
    { "node:module", "module", qjsp__module_entries, QJSP__NMODULE },
};

static const builtin *find(const char *name)
{
    for (size_t i = 0; i < QJSP_COUNTOF(builtins); i++) {
        if (strcmp(builtins[i].name, name) == 0)
            return &builtins[i];
    }
    return NULL;
}

bool qjsp__builtin_exists(const qjsp_isolate *iso, const char *name)
{
    return iso->fs != NULL && find(name) != NULL;
}

/* realm->modules.builtins: the objects by their names; no guest sees it. */
static JSValue get_object(JSContext *ctx, const builtin *b)
{
    qjsp__realm_modules *m = &qjsp__isolate_of(ctx)->realm->modules;
    JSValue object;

    if (JS_IsUndefined(m->builtins)) {
        object = JS_NewObjectProto(ctx, JS_NULL);
        if (JS_IsException(object))
            return object;
        m->builtins = object;
    }
    object = JS_GetPropertyStr(ctx, m->builtins, b->canonical);
    if (!JS_IsUndefined(object))
        return object;
    object = JS_NewObject(ctx);
    if (JS_IsException(object) ||
        JS_SetPropertyFunctionList(ctx, object, b->entries, b->nentries) < 0 ||
        JS_DefinePropertyValueStr(ctx, m->builtins, b->canonical, JS_DupValue(ctx, object),
                                  JS_PROP_C_W_E) < 0) {
        JS_FreeValue(ctx, object);
        return JS_EXCEPTION;
    }
    return object;
}

JSValue qjsp__builtin_object(JSContext *ctx, const char *name)
{
    return get_object(ctx, find(name));
}

/* Each entry is an export, and all of them are properties of the default one. */
static int set_exports(JSContext *ctx, JSModuleDef *module)
{
    JSAtom atom = JS_GetModuleName(ctx, module);
    const char *name = JS_AtomToCString(ctx, atom);
    const builtin *b = name == NULL ? NULL : find(name);
    JSValue object = b == NULL ? JS_EXCEPTION : get_object(ctx, b);
    int ret = JS_IsException(object) ? -1 : 0;

    JS_FreeCString(ctx, name);
    JS_FreeAtom(ctx, atom);
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

JSModuleDef *qjsp__builtin_module(JSContext *ctx, const char *name)
{
    const builtin *b = find(name);
    JSModuleDef *module = JS_NewCModule(ctx, name, set_exports);

    if (module != NULL && (JS_AddModuleExportList(ctx, module, b->entries, b->nentries) < 0 ||
                           JS_AddModuleExport(ctx, module, "default") < 0))
        return NULL;
    return module;
}
