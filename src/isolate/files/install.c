/* SPDX-License-Identifier: MIT */
#include "isolate/files/files.h"

#include "base/checked.h"
#include "fs/files.h"
#include "isolate/files/file_object.h"
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
