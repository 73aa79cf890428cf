/* SPDX-License-Identifier: MIT */
/*
 * Files as guests see them: `std` and `os` as QuickJS has them, and `fs` as Node has it. Only where
 * something is mounted; a realm without mounts is exactly as if this folder were not there.
 *
 * All of it is C functions over fs/files.h, none of it script: tables of the engine cost a clean
 * realm next to nothing until a guest asks for them, and no guest can patch what they use.
 */
#ifndef QJSP_ISOLATE_FILES_FILES_H
#define QJSP_ISOLATE_FILES_FILES_H

#include "isolate/isolate.h"

/* install.c. Nothing is done where nothing is mounted. False: an exception is pending. */
bool qjsp__files_install(qjsp_isolate *iso, JSValueConst global);

/*
 * The task has come to its end. Its files are closed, but for a session's, which are flushed. What
 * buffers held is lost when the task was stopped: half of what it meant to write is worse than none.
 */
void qjsp__files_end_task(qjsp_isolate *iso);

#endif
