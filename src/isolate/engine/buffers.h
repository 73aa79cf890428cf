/* SPDX-License-Identifier: MIT */
/*
 * The engine's compiler appends to buffers without asking whether they could grow, and then
 * reads and patches what was never written (0.17.0): a guest that fills its memory and
 * compiles gets wild reads and writes. So a buffer that cannot grow leaves the engine.
 *
 * The macro meets the definition of the buffers' realloc, the one place where an argument
 * list follows that name (a, b and c are "void *ctx", "void *ptr" and "size_t size"): the
 * engine's function becomes js_dbuf_try_realloc, and ours takes its name.
 */
_Bool qjsp__engine_can_leave(void);
#define js_dbuf_realloc(a, b, c)                                                                   \
    js_dbuf_try_realloc(a, b, c);                                                                  \
    static void *js_dbuf_realloc(a, b, c)                                                          \
    {                                                                                              \
        void *grown = js_dbuf_try_realloc(ctx, ptr, size);                                         \
                                                                                                   \
        if (grown == NULL && size != 0 && qjsp__engine_can_leave())                                \
            qjsp__engine_abort();                                                                  \
        return grown;                                                                              \
    }                                                                                              \
    static void *js_dbuf_try_realloc(a, b, c)

/*
 * Other allocations of the parser are asked about in most places only. One that was refused
 * leaves its exception pending, and what was parsed must then not be compiled. (An exception
 * alone says nothing: looking ahead for the end of a parenthesis leaves one behind when it takes
 * a division for a regular expression. At the definition of js_create_function the first
 * argument begins with the type, at calls it is the variable.)
 */
struct JSContext;
_Bool qjsp__engine_lost_memory(struct JSContext *ctx);

#define QJSP__CREATE_JSContext JSContext
#define QJSP__CREATE_ctx                                                                           \
    (JS_HasException(ctx) && qjsp__engine_lost_memory(ctx) ? qjsp__engine_abort() : (void)0, ctx)
#define js_create_function(ctx, fd) js_create_function(QJSP__CREATE_##ctx, fd)
