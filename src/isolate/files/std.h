/* SPDX-License-Identifier: MIT */
/* The tables of `std` and `os`, of what of them is about files. */
#ifndef QJSP_ISOLATE_FILES_STD_H
#define QJSP_ISOLATE_FILES_STD_H

#include <quickjs.h>

/* The engine keeps pointers into tables, and other tables name their lengths: so they are constants. */
enum { QJSP__NSTD = 11, QJSP__NOS = 30 };

extern const JSCFunctionListEntry qjsp__std_entries[QJSP__NSTD];
extern const JSCFunctionListEntry qjsp__os_entries[QJSP__NOS];

#endif
