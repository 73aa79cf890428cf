/* SPDX-License-Identifier: MIT */
/* std.sprintf and FILE.printf: C's formats over guest values. */
#ifndef QJSP_ISOLATE_FILES_PRINTF_H
#define QJSP_ISOLATE_FILES_PRINTF_H

#include "isolate/files/args.h"

/*
 * Appends what the format, argv[0], makes of the rest: flags, width, precision, "*", and the conversions
 * d i u o x X c s e E f F g G a A %. With "l" or "j" integers have 64 bits (numbers or bigints), else
 * 32. False: an exception is pending.
 */
bool qjsp__printf(JSContext *ctx, int argc, JSValueConst *argv, qjsp__grow *out);

#endif
