/* SPDX-License-Identifier: MIT */
/*
 * What the engine knows of modules and of itself, and tells nobody: see engine.c.
 */
#ifndef QJSP_ISOLATE_ENGINE_ENGINE_H
#define QJSP_ISOLATE_ENGINE_ENGINE_H

#include <quickjs.h>

/* Of a module that was read from compiled code: reading it has found all that it imports, which the
 * engine forgets to note; it would ask for each a second time. */
void qjsp__engine_set_resolved(JSModuleDef *module);

/* Is it making the text of an error's stack? Guests can take part in that. */
bool qjsp__engine_is_building_stack(const JSRuntime *rt);

/*
 * Before a runtime is freed, whose contexts are: takes what jobs hold. False: objects are left that
 * nobody will ever free. JS_FreeRuntime would end the process, and the runtime is of no use any more.
 */
bool qjsp__engine_drain(JSRuntime *rt);

/* Is it running, or waiting for one that it imports to run? Such a module must not be asked to run. */
bool qjsp__engine_is_evaluating(const JSModuleDef *module);

/* Does it await at its top level, and has that not come to its end? */
bool qjsp__engine_is_async(const JSModuleDef *module);

#endif
