/* SPDX-License-Identifier: MIT */
/*
 * The engine's main source, as it is, and behind it a few questions about its modules, whose
 * layout it keeps to itself.
 */
#include <quickjs.c>

#include "isolate/engine/engine.h"

void qjsp__engine_set_resolved(JSModuleDef *module)
{
    module->resolved = true;
}

bool qjsp__engine_is_evaluating(const JSModuleDef *module)
{
    return module->status == JS_MODULE_STATUS_EVALUATING;
}

bool qjsp__engine_is_async(const JSModuleDef *module)
{
    if (module->status == JS_MODULE_STATUS_EVALUATING_ASYNC)
        return true;
    return module->has_tla && module->status != JS_MODULE_STATUS_EVALUATED;
}
