/* SPDX-License-Identifier: MIT */
/* Between C's argument lists and the guest's arrays. No guest code runs but the function called. */
#ifndef QJSP_ISOLATE_APPLY_H
#define QJSP_ISOLATE_APPLY_H

#include <quickjs.h>

/* A new array of the values, which stay the caller's; JS_EXCEPTION: out of memory. */
JSValue qjsp__array_from(JSContext *ctx, int n, JSValueConst *values);

/* Calls `function` with the items of `args`, an array that no guest has seen. */
JSValue qjsp__apply(JSContext *ctx, JSValueConst function, JSValueConst args);
JSValue qjsp__apply_to(JSContext *ctx, JSValueConst function, JSValueConst this_value,
                       JSValueConst args);

#endif
