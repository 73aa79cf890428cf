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
 *
 * The functions that settle a promise are not asked. An async function that finds no stack
 * rejects its promise by one of them, from where it is, and the engine aborts if it cannot. They
 * need no question: all that they call is a getter of `then`, without arguments, or a trap of a
 * proxy, and those ask.
 */
#define QJSP__SETTLES_PROMISE(function)                                                            \
    (JS_VALUE_GET_OBJ(function)->class_id == JS_CLASS_PROMISE_RESOLVE_FUNCTION ||                  \
     JS_VALUE_GET_OBJ(function)->class_id == JS_CLASS_PROMISE_REJECT_FUNCTION)
#define call_func(ctx, function, ...)                                                              \
    (js_check_stack_overflow((ctx)->rt, 0) && !QJSP__SETTLES_PROMISE(function)                     \
         ? JS_ThrowStackOverflow(ctx)                                                              \
         : call_func(ctx, function, __VA_ARGS__))

/* Stands behind `func.`, so it is no expression of its own. */
/* clang-format off */
#define iterator_next(ctx, object, argc, argv, done, magic)                                        \
    iterator_next != NULL && js_check_stack_overflow((ctx)->rt, 0)                                 \
        ? (*(done) = 0, JS_ThrowStackOverflow(ctx))                                                \
        : func.iterator_next(ctx, object, argc, argv, done, magic)
/* clang-format on */
