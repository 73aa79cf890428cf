/* SPDX-License-Identifier: MIT */
/* The class FILE of QuickJS's std. */
#ifndef QJSP_ISOLATE_FILES_FILE_OBJECT_H
#define QJSP_ISOLATE_FILES_FILE_OBJECT_H

#include "isolate/files/args.h"

/* Once in a realm. False: an exception is pending. */
bool qjsp__file_object_define(qjsp_isolate *iso);

/* A FILE for the descriptor, which has a stream; on failure the descriptor is closed. */
JSValue qjsp__file_object_new(JSContext *ctx, int fd);

#endif
