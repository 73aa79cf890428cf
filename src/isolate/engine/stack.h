/* SPDX-License-Identifier: MIT */
/*
 * Two looks at the stack that the engine forgets (0.17.0). Where a function written in C
 * calls another such function (a chain of Iterator helpers, of Promise.all's callbacks, a
 * setter that sets itself) nothing stops it short of the end of the thread's stack, and so
 * of the process: a guest needs one line for it.
 *
 * The engine makes these calls in three places, through a pointer or member of these names.
 * A macro is not expanded inside itself, so each becomes the call with a question before it.
 * If a later engine has other names, nothing happens here and tests/js/deep.cases crashes.
 */
#define call_func(ctx, ...)                                                                        \
    (js_check_stack_overflow((ctx)->rt, 0) ? JS_ThrowStackOverflow(ctx)                            \
                                           : call_func(ctx, __VA_ARGS__))

/* Stands behind `func.`, so it is no expression of its own. */
/* clang-format off */
#define iterator_next(ctx, object, argc, argv, done, magic)                                        \
    iterator_next != NULL && js_check_stack_overflow((ctx)->rt, 0)                                 \
        ? (*(done) = 0, JS_ThrowStackOverflow(ctx))                                                \
        : func.iterator_next(ctx, object, argc, argv, done, magic)
/* clang-format on */
