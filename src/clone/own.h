/* SPDX-License-Identifier: MIT */
/* An own property of a guest's object, read without calling what is behind an accessor. */
#ifndef QJSP_CLONE_OWN_H
#define QJSP_CLONE_OWN_H

#include <quickjs.h>

typedef enum qjsp__own {
    QJSP__OWN_THREW = -1, /* out of memory, or a proxy's trap */
    QJSP__OWN_NONE,
    QJSP__OWN_DATA,
    QJSP__OWN_ACCESSOR,
} qjsp__own;

/* *value is the caller's: the data, JS_EXCEPTION if it threw, otherwise undefined. */
qjsp__own qjsp__own_get(JSContext *ctx, JSValueConst object, JSAtom key, JSValue *value);

#endif
