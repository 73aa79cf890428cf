/* SPDX-License-Identifier: MIT */
/*
 * That a plain program needs no compilation of its own, shown in the engine: if the
 * rewritten text compiles, so does the source.
 */
#include <quickjs.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "check.h"
#include "isolate/fault.h"
#include "isolate/tracker.h"
#include "source/redeclare.h"

/* The engine gives up on itself over some invalid programs, so it is kept where it can be
 * left: see isolate/fault.h. */
typedef struct engine {
    qjsp__tracker memory;
    JSContext *ctx;
    qjsp_buffer text; /* of the last program */
} engine;

static void *engine_realloc(void *opaque, void *ptr, size_t size)
{
    const qjsp_alloc *alloc = opaque;

    return alloc->realloc(alloc->ud, ptr, size);
}

static void *engine_malloc(void *opaque, size_t size)
{
    return engine_realloc(opaque, NULL, size);
}

static void *engine_calloc(void *opaque, size_t count, size_t size)
{
    void *ptr = engine_malloc(opaque, count * size);

    return ptr == NULL ? NULL : memset(ptr, 0, count * size);
}

static void engine_free(void *opaque, void *ptr)
{
    if (ptr != NULL)
        engine_realloc(opaque, ptr, 0);
}

static size_t engine_usable_size(const void *ptr)
{
    (void)ptr;
    return 0; /* not known */
}

static void engine_start(engine *e)
{
    static const JSMallocFunctions functions = {
        .js_calloc = engine_calloc,
        .js_malloc = engine_malloc,
        .js_free = engine_free,
        .js_realloc = engine_realloc,
        .js_malloc_usable_size = engine_usable_size,
    };

    qjsp__tracker_init(&e->memory, qjsp_alloc_default());
    e->ctx = JS_NewContext(JS_NewRuntime2(&functions, &e->memory.alloc));
    assert_non_null(e->ctx);
}

static void engine_init(engine *e)
{
    engine_start(e);
    qjsp_buffer_init(&e->text, NULL, 0);
}

static void engine_fini(engine *e)
{
    JSRuntime *rt = JS_GetRuntime(e->ctx);

    qjsp_buffer_fini(&e->text);
    JS_FreeContext(e->ctx);
    JS_FreeRuntime(rt);
    qjsp__tracker_fini(&e->memory);
}

typedef struct compilation {
    JSContext *ctx;
    const char *text;
    JSEvalOptions options;
    bool is_valid;
} compilation;

static void compile(void *ud)
{
    compilation *c = ud;
    JSValue value = JS_Eval2(c->ctx, c->text, strlen(c->text), &c->options);

    c->is_valid = !JS_IsException(value);
    JS_FreeValue(c->ctx, c->is_valid ? value : JS_GetException(c->ctx));
}

/* Nothing runs, so programs leave nothing behind for each other. */
static bool compiles(engine *e, const char *text, int first_line, bool is_async)
{
    compilation c = {
        .ctx = e->ctx,
        .text = text,
        .options = {
            .version = JS_EVAL_OPTIONS_VERSION,
            .eval_flags = JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY |
                          (is_async ? JS_EVAL_FLAG_ASYNC : 0),
            .filename = "t.js",
            .line_num = first_line,
        },
    };

    if (qjsp__fault_call(compile, &c))
        return c.is_valid;
    qjsp__tracker_fini(&e->memory);
    engine_start(e);
    return false;
}

/* What the analysis says of a program, and the engine. */
typedef enum verdict {
    PLAIN_VALID,   /* plain, and both compile */
    PLAIN_INVALID, /* plain, and neither compiles */
    PLAIN_OTHER,   /* plain, and only the source compiles: the text says more */
    WRONG,         /* plain, and only the text compiles */
    HIDDEN,        /* not plain, and rightly: only the text compiles */
    DOUBT,         /* not plain, though the source need not have been compiled */
    VERDICTS,
} verdict;

static const char *const verdict_names[] = {
    "plain, valid", "plain, invalid", "plain, only the source is valid",
    "wrong",        "hidden error",   "in doubt",
};

static verdict judge(engine *e, const char *source)
{
    qjsp_bytes bytes = { (const uint8_t *)source, strlen(source) };
    qjsp__source_facts facts;
    qjsp__redeclared how;
    bool is_source_valid, is_text_valid;

    qjsp_buffer_clear(&e->text);
    qjsp__source_scan(bytes, &facts);
    qjsp__source_redeclare(bytes, &e->text, &how);
    qjsp_buffer_append(&e->text, "", 1);
    assert_int_equal(e->text.status, QJSP_OK);
    is_source_valid = compiles(e, source, 1, facts.has_await);
    is_text_valid = compiles(e, (const char *)e->text.data, how.first_line, facts.has_await);
    if (is_text_valid && !is_source_valid)
        return how.is_plain ? WRONG : HIDDEN;
    if (!how.is_plain)
        return DOUBT;
    if (!is_source_valid)
        return PLAIN_INVALID;
    return is_text_valid ? PLAIN_VALID : PLAIN_OTHER;
}

static const struct {
    const char *source;
    verdict want;
} programs[] = {
    { "const a = 1", PLAIN_VALID },
    { "let a = 1", PLAIN_VALID },
    { "let a", PLAIN_VALID },
    { "let a, b = 1, c; const d = a, e = b;", PLAIN_VALID },
    { "const a = 1\nconst b = 2\na + b", PLAIN_VALID },
    { "f()\nlet a = 1", PLAIN_VALID },
    { "a = {}\nlet b", PLAIN_VALID },
    { "if (a) {} let b = 1", PLAIN_VALID },
    { "if (a); let b = 1", PLAIN_VALID },
    { "for (const a of b) ; const c = 1", PLAIN_VALID },
    { "do a; while (b); let c", PLAIN_VALID },
    { "let\na\n= 1", PLAIN_VALID },
    { "#!x\nlet a", PLAIN_VALID },
    { "'use strict'; const a = 1", PLAIN_VALID },
    { "const a = 1; 'use strict'; let b", PLAIN_VALID },
    { "const a = 1; a = 2", PLAIN_VALID }, /* throws when it runs */
    { "a; const a = 1", PLAIN_VALID },
    { "let a = 1; { let a = 2; const b = 3 } for (let a of []) { let b }", PLAIN_VALID },
    { "let a = () => { let a, b }, b = x => x, c = async y => await y", PLAIN_VALID },
    { "const a = b ? c : d, e = [1, f], g = { h, i }, j = (k, l)", PLAIN_VALID },
    { "const a = await b; let c = `${a}`", PLAIN_VALID },
    { "let a1 = 1, a2 = 2, a = 3, A = 4, $ = 5, _ = 6", PLAIN_VALID },
    { "let b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, ba, bb, bc, bd, be, bf", PLAIN_VALID },

    /* What is wrong with it is as wrong with var. */
    { "let a = ", PLAIN_INVALID },
    { "let a b", PLAIN_INVALID },
    { "const a = 1 const b = 2", PLAIN_INVALID },
    { "let a = 1; { let b; let b }", PLAIN_INVALID },
    { "let a = 1; try {} catch (b) { let b }", PLAIN_INVALID },
    { "let a = 1; { const b }", PLAIN_INVALID },
    { "let a = 1; break", PLAIN_INVALID },
    { "let a = /(/", PLAIN_INVALID },
    { "let a, #b", PLAIN_INVALID },
    { "const a = 010; 'use strict'; let b = 010n", PLAIN_INVALID },

    /* A name twice. */
    { "let a; let a", HIDDEN },
    { "const a = 1, a = 2", HIDDEN },
    { "let a = 1, b = 2; const a = 3", HIDDEN },
    { "let a; let \\u0061", HIDDEN },
    { "let \xc3\xa9 = 1", DOUBT },
    { "let \xff = 1; let \xfe = 2", DOUBT },
    { "let b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, ba, bb, bc, bd, be, bf, bf", HIDDEN },
    { "let a; var a", HIDDEN },
    { "var a; let a", HIDDEN },
    { "let a; { var a }", HIDDEN },
    { "{ var a } let a", HIDDEN },
    { "let a; for (var a of b);", HIDDEN },
    { "let a; function a() {}", DOUBT } /* but the engine does not mind */,
    { "async function a() {} const a = 1", HIDDEN },
    { "function* a() {} const a = 1", HIDDEN },
    { "let a; class a {}", HIDDEN },
    { "class a {} class a {}", HIDDEN },
    { "let a; class b {}", DOUBT },
    { "let a = function () {}", DOUBT },
    { "let a; await using a = null", PLAIN_INVALID },

    /* Names. */
    { "let let_ = 1", PLAIN_VALID },
    { "const let = 1", HIDDEN },
    { "let a, let = 1", HIDDEN },
    { "let undefined", HIDDEN },
    { "const undefined = 1", HIDDEN },
    { "let \\u0075ndefined", HIDDEN },
    { "let eval", DOUBT },
    { "let arguments", DOUBT },
    { "let async", DOUBT },
    { "let of", DOUBT },
    { "let static", DOUBT },
    { "let yield", DOUBT },
    { "let await", DOUBT },
    { "let implements", DOUBT },
    { "let interface", DOUBT },
    { "let package", DOUBT },
    { "let private", DOUBT },
    { "let protected", DOUBT },
    { "let public", DOUBT },

    /* Values and patterns. */
    { "const a", HIDDEN },
    { "const a;", HIDDEN },
    { "const a, b = 1", HIDDEN },
    { "const a = 1, b", HIDDEN },
    { "const a\n(1)", HIDDEN },
    { "let [a, a] = b", HIDDEN },
    { "const { a, b: { a } } = c", HIDDEN },
    { "let a = 1, [b] = c", DOUBT },

    /* Where only a statement may be. */
    { "if (a) let b", HIDDEN },
    { "if (a)\nlet b", HIDDEN },
    { "if (a) const b = 1", HIDDEN },
    { "if (a); else let b", HIDDEN },
    { "if (a) {} else\nconst b = 1", HIDDEN },
    { "while (0) let a", HIDDEN },
    { "for (;;)\nconst a = 1", HIDDEN },
    { "for (const a of b) const c = 1", HIDDEN },
    { "do let a = 1; while (0)", HIDDEN },
    { "do\nlet a = 1\nwhile (0)", HIDDEN },
    { "with (a) let b", HIDDEN },
    { "a: let b", HIDDEN },
    { "a:\nconst b = 1", HIDDEN },
    { "a: b: let c", HIDDEN },
    { "if (a) b: let c", HIDDEN },
    { "do a; while (0) let b", DOUBT },

    /* Directives do not stand first where lines are put in front. */
    { "'use strict'; let a", DOUBT },
    { "'\\07'; let a", DOUBT },
};

static void test_programs(void **state)
{
    engine e;

    (void)state;
    engine_init(&e);
    for (size_t i = 0; i < QJSP_COUNTOF(programs); i++)
        CHECK_STR(programs[i].source, verdict_names[judge(&e, programs[i].source)],
                  verdict_names[programs[i].want]);
    engine_fini(&e);
}

/* ---- programs made up ---- */

/* A capital letter stands for what it is replaced by. At the deepest, the first
 * of the forms is taken. */
static const char *const statements[] = {
    "E",
    ";",
    "let N=E",
    "let N",
    "const N=E",
    "let N=E,N",
    "const N=E,N=E",
    "const N",
    "let\nN",
    "let [N]=E",
    "const {a:N}=E",
    "var N=E",
    "'use strict'",
    "if(E)S",
    "if(E)S\nelse S",
    "if(E){L}",
    "for(let N of E)S",
    "for(const N=E;;)S",
    "for(var N in E){L}",
    "while(E)\nS",
    "do S;while(E)",
    "N:S",
    "{L}",
    "try{L}catch(N){L}",
    "try{L}finally{L}",
    "switch(E){case E:L default:L}",
    "function N(N){L}",
    "async function*N(){L}",
    "class N{}",
    "class N extends N{N(){L}static N=E}",
    "await using N=E",
    "{using N=E}",
    "with(E)S",
    "let=E",
    "debugger",
    "return E",
    "throw E",
};

static const char *const expressions[] = {
    "N",       "1",       "N=E",          "E+E",     "(()=>E)",   "()=>E",  "N=>{L}",
    "[E,E]",   "({N:E})", "(E,E)",        "E?E:E",   "/r/",       "`${E}`", "async N=>await E",
    "E\n/E",   "f(E)",    "N\n++",        "class{}", "class N{}", "new N",  "function N(){L}",
    "await E", "{}",      "'use strict'", "E.let",   "E\n(E)",    "yield",  "(function(){L})()",
};

static const char *const plain_names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
static const char *const names[] = {
    "a",         "let",  "of",        "async",   "await", "yield",    "static", "undefined",
    "arguments", "eval", "interface", "\\u0061", "using", "\xc3\xa9", "bb",     "a1",
};

static const char *const separators[] = { ";", "\n", ";\n", "\n\n", " ", "//\n", "/*\n*/", "" };

typedef struct maker {
    uint64_t seed;
    char text[4096];
    size_t len;
} maker;

static size_t pick(maker *m, size_t n)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return (size_t)(m->seed >> 33) % n;
}

#define PICK(m, list) ((list)[pick(m, QJSP_COUNTOF(list))])

static void make(maker *m, const char *form, unsigned depth);

static void make_list(maker *m, size_t n, unsigned depth)
{
    for (size_t i = 0; i < n; i++) {
        make(m, depth > 3 ? statements[0] : PICK(m, statements), depth + 1);
        /* Mostly one that ends the statement. */
        make(m, pick(m, 4) == 0 ? PICK(m, separators) : separators[pick(m, 3)], depth);
    }
}

static void make(maker *m, const char *form, unsigned depth)
{
    for (const char *p = form; *p != '\0' && m->len < sizeof m->text - 1; p++) {
        if (*p == 'S')
            make(m, depth > 3 ? statements[0] : PICK(m, statements), depth + 1);
        else if (*p == 'E')
            make(m, depth > 2 ? expressions[0] : PICK(m, expressions), depth + 1);
        else if (*p == 'N')
            make(m, pick(m, 8) == 0 ? PICK(m, names) : PICK(m, plain_names), depth);
        else if (*p == 'L')
            make_list(m, pick(m, 3), depth + 1);
        else
            m->text[m->len++] = *p;
    }
}

/* Half of them begin as plain programs do. */
static void make_program(maker *m)
{
    m->len = 0;
    if (pick(m, 2) == 0)
        make(m, pick(m, 2) == 0 ? "let N=E;" : "const N=E\n", 0);
    make_list(m, 1 + pick(m, 3), 0);
    m->text[m->len] = '\0';
}

static void test_made_up_programs(void **state)
{
    size_t counts[VERDICTS] = { 0 };
    maker m = { .seed = 20250611 };
    engine e;

    (void)state;
    engine_init(&e);
    for (int i = 0; i < 20000; i++) {
        verdict v;

        make_program(&m);
        v = judge(&e, m.text);
        counts[v]++;
        if (v == WRONG)
            fail_msg("only the rewritten text compiles:\n%s\n----\n%s", m.text,
                     (const char *)e.text.data);
    }
    engine_fini(&e);
    for (int v = 0; v < VERDICTS; v++)
        print_message("%s: %zu\n", verdict_names[v], counts[v]);
    /* Enough of them say something. */
    assert_true(counts[PLAIN_VALID] > 2000 && counts[PLAIN_INVALID] > 500 && counts[HIDDEN] > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_made_up_programs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
