/* SPDX-License-Identifier: MIT */
/* What divides and what is a regular expression, where statements begin. */
#include "source/lexer.h"

#include <stdlib.h>

#include "base/checked.h"
#include "check.h"

/*
 * Only what matters is shown: an operator that divides as /, a regular
 * expression as itself, and the first token of each top-level statement, with : behind
 * it where the statement may not run.
 */
static const struct {
    const char *name;
    const char *source;
    const char *want;
} cases[] = {
    { "an operand divides", "a / b / c", "a / /" },
    { "so does a number, a string, a template", "1 /2/ 3; '' /2/ 3; `` /2/ 3",
      "1 / / ; '' / / ; `` / /" },
    { "so does a call or an index", "f() /2/ 3; a[0] /2/ 3", "f / / ; a / /" },
    { "so does a literal", "x = {} / 2 / 3; x = [] / 2 / 3; x = /a/ / 2",
      "x / / ; x / / ; x /a/ /" },
    { "so does a function or class expression",
      "x = function(){} /2/ 3; x = class {} /2/ 3; x = async function*(){} /2/ 3",
      "x / / ; x / / ; x / /" },
    { "so do this and its like", "this /2/ 3; null /2/ 3; super.x /2/ 3",
      "this / / ; null / / ; super / /" },
    { "so does a name behind a dot", "a.return /2/ 3; a?.typeof /2/ 3; a.#b /2/ 3",
      "a / / ; a / / ; a / /" },
    { "so does a postfix step", "a++ /2/ 3; b-- /2/ 3", "a / / ; b / /" },
    { "so do contextual words", "of /2/ 3; async /2/ 3; let /2/ 3; yield /2/ 3; get /2/ 3",
      "of / / ; async / / ; let / / ; yield / / ; get / /" },
    { "an operator does not", "a = /b/; a + /b/; a || /b/; !/b/; (/b/); [/b/, /c/]; ++/b/.c",
      "a /b/ ; a /b/ ; a /b/ ; ! /b/ ; ( /b/ ; [ /b/ /c/ ; ++ /b/" },
    { "nor does a unary word", "typeof /a/; void /a/; delete /a/; a in /b/; a instanceof /b/",
      "typeof /a/ ; void /a/ ; delete /a/ ; a /b/ ; a /b/" },
    { "nor does a statement's start", "/a/; {} /b/; ; /c/", "/a/ ; { /b/ ; ; /c/" },
    { "nor do declarations", "function f(){} /a/; class A {} /b/", "function /a/ ; class /b/" },
    { "nor does a declaration's async form",
      "async function f(){} /a/.b; async function* g(){} /c/",
      "async function /a/ ; async function /c/" },
    { "nor does the end of a head", "if (a) /b/; while (a) /b/; for (;;) /b/; with (a) /b/",
      "if /b/: ; while /b/: ; for /b/: ; with /b/:" },
    { "nor do else and do", "if (a) b; else /c/; do /d/.e; while (f) /g/",
      "if b: ; else /c/: ; do /d/: ; while /g/:" },
    { "a head's word as a name", "a.if (b) /2/ 3; x = { while(b) {} } / 2", "a / / ; x /" },
    { "return and throw", "function f() { return /a/; throw /b/ }", "function /a/ /b/" },
    { "a block behind return and a newline", "function f() { return\n{} /a/ }", "function /a/" },
    { "an object behind return", "function f() { return {} / 2 }", "function /" },
    { "a block behind a label", "a: {} /b/; c: /d/", "a {: /b/ ; c /d/:" },
    { "blocks of a switch", "switch (a) { case b: {} /c/; case {} / 2: default: /d/ } /e/",
      "switch /c/ / /d/ /e/" },
    { "blocks of try", "try {} catch (e) {} /a/; try {} catch {} finally {} /b/",
      "try {: catch (: /a/ ; try {: catch {: finally {: /b/" },
    { "colons of conditionals", "a ? b : {} / 2; a ? {} / 2 : b ? c : {} / 3", "a / ; a / /" },
    { "a conditional in a case", "switch (a) { case b ? c : d: {} /e/ }", "switch /e/" },
    { "the body of an arrow function", "x = () => {}\n/a/.b; x = () => ({}) / 2", "x /a/ ; x /" },
    { "an arrow function in a conditional", "a ? () => {} : /b/", "a /b/" },
    { "arrow functions in a list", "f(() => {}, /a/, x => /b/)", "f /a/ /b/" },
    { "methods", "x = { a() { /b/ }, get if() {}, async *c() {}, [d]() {}, 'e'() {} } / 2",
      "x /b/ /" },
    { "keys", "x = { if: /a/, typeof: b / c, return: {} / 2, class: d } / 3", "x /a/ / / /" },
    { "spread in a literal", "x = { ...{} / 2, ...function(){} / 3, a: 1 } / 4", "x / / /" },
    { "members of a class",
      "class A { a = /b/; c = d / e; static { /f/ } get g() {} async *h() {} /* */ 'i'() {} } /j/",
      "class /b/ / /f/ /j/" },
    { "fields ended by a newline",
      "class A { a = b\nc() { /d/ }\ne = {}\nf = () => {}\n[g] = /h/ }", "class /d/ /h/" },
    { "keywords as members", "class A { if() { /a/ } static = 1\nreturn = /b/ } /c/",
      "class /a/ /b/ /c/" },
    { "what a class extends", "class A extends {}.b {} /a/; class B extends class {} {} /b/",
      "class /a/ ; class /b/" },
    { "a function that a class extends", "class A extends function(){} {} /a/", "class /a/" },
    { "default parameters", "function f(a = {} / 2, b = /c/) {} /d/", "function / /c/ /d/" },
    { "for of", "for (a of /b/) ; for (const of of /c/) ; for (of of /d/) ; for (let {} of /e/) ;",
      "for /b/ ;: for /c/ ;: for /d/ ;: for /e/ ;:" },
    { "for in and for", "for (var a in /b/) ; for (let a = /c/, b = d / e; a / b; /f/) ;",
      "for /b/ ;: for /c/ / / /f/ ;:" },
    { "for await", "for await (a of /b/) /c/", "for /b/ /c/:" },
    { "await at the top and in async functions",
      "await /a/; async function f() { await /b/ } async () => { await /c/ }; async x => await /d/",
      "await /a/ ; async function /b/ async /c/ ; async /d/" },
    { "await as a name", "function f() { await / 2 / 3 } () => { await / 4 / 5 }",
      "function / / ( / /" },
    { "await in methods", "x = { async a() { await /b/ }, async() { await / 2 / 3 } }",
      "x /b/ / /" },
    { "yield in generators", "function* f() { yield /a/; yield\n/b/; yield* /c/ }",
      "function /a/ /b/ /c/" },
    { "yield in functions of generators", "function* f() { function g() { yield / 2 / 3 } }",
      "function / /" },
    { "templates", "`${/a/}${b / c}` / 2; `${{}}`/ 3", "`${ /a/ / / ; `${ /" },
    { "optional chains", "a?.[/b/] / 2; a?.(/c/) / 3", "a /b/ / ; a /c/ /" },
    { "a newline ends before an operand", "a\nb\n1\n'c'\n{}\n!d\nclass E {}",
      "a b 1 'c' { ! class" },
    { "but not before what goes on", "a\n/b/c\n(d)\n[e]\n`f`\n.g\n+h\n? i\n: j\nin k\ninstanceof l",
      "a / /" },
    { "a step behind a newline is a prefix", "a\n++b\n--c", "a ++ --" },
    { "a binding can only be assigned", "let a\n/b/.c\nvar d\n(e)\nlet f\n= /g/, h\n[i]",
      "let /b/ var ( let /g/ [" },
    { "break and continue", "a: for (;;) { break a\n/b/ }", "a for: {: /b/" },
    { "let as a name", "let = 1\nlet in a\nlet.b\nlet(c)", "let let let let" },
    { "an object in a group", "({} / 2); [{} / 3]; f({} / 4)", "( / ; [ / ; f /" },
    { "imports", "import a, { b } from 'c'\n/d/; import 'e'\n/f/; import * as g from 'h'; i",
      "import /d/ ; import /f/ ; import ; i" },
    { "import attributes", "import a from 'b' with { type: 'json' }\n/c/", "import /c/" },
    { "dynamic imports", "import('a') / 2; import.meta / 3", "import / ; import /" },
    { "exports", "export { a as b }\n/c/; export default {} / 2; export * from 'd'\n/e/",
      "export /c/ ; export default / ; export /e/" },
    { "exported declarations",
      "export default function () {} /a/; export default class {} /b/; export const c = /d/",
      "export default /a/ ; export default /b/ ; export const /d/" },
};

static bool is_shown(const qjsp__lexer *lx, const char *text)
{
    bool divides = text[0] == '/' && lx->token.end - lx->token.start == 1;
    bool is_regexp = text[0] == '/' && lx->token.kind == QJSP__TOKEN_LITERAL;

    return divides || is_regexp || (lx->token_depth == 0 && lx->stand != QJSP__STAND_WITHIN) ||
           (lx->token_depth == 0 && lx->token.kind == ';');
}

static void show(const char *source, char *to, size_t size)
{
    qjsp__lexer lx;
    size_t n = 0;

    qjsp__lexer_init(&lx, (qjsp_bytes){ (const uint8_t *)source, strlen(source) });
    while (qjsp__lexer_next(&lx)) {
        const char *text = source + lx.token.start;
        bool may_not_run = lx.stand == QJSP__STAND_BODY && lx.token_depth == 0;

        if (!is_shown(&lx, text))
            continue;
        n += (size_t)snprintf(to + n, size - n, "%s%.*s%s", n == 0 ? "" : " ",
                              (int)(lx.token.end - lx.token.start), text, may_not_run ? ":" : "");
        assert_true(n < size);
    }
    qjsp__lexer_fini(&lx);
}

static void test_where_statements_begin_and_what_divides(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++) {
        char got[512] = "";

        show(cases[i].source, got, sizeof got);
        CHECK_STR(cases[i].name, got, cases[i].want);
    }
}

/* `n` times the unit; returns how deep the lexer got, 0 if it gave up. */
static size_t depth_of(const char *unit, size_t n)
{
    size_t len = strlen(unit), deepest = 0;
    char *text = malloc(len * n);
    qjsp__lexer lx;

    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * len, unit, len);
    qjsp__lexer_init(&lx, (qjsp_bytes){ (const uint8_t *)text, len * n });
    while (qjsp__lexer_next(&lx))
        deepest = lx.depth > deepest ? lx.depth : deepest;
    if (lx.has_failed)
        deepest = 0;
    assert_false(qjsp__lexer_next(&lx));
    qjsp__lexer_fini(&lx);
    free(text);
    return deepest;
}

static void test_nesting_is_bounded(void **state)
{
    static const struct {
        const char *unit;
        size_t depth; /* of one */
        size_t peak;  /* what the last one needs beyond that, for a moment */
    } units[] = { { "(", 1, 0 },        { "[", 1, 0 },     { "{", 1, 0 },
                  { "`${", 1, 0 },      { "x={", 1, 0 },   { "function(){", 1, 1 },
                  { "class{a=", 1, 0 }, { "()=>{", 1, 0 }, { "class extends ", 1, 0 },
                  { "if(a){", 1, 0 },   { "({a(){", 3, 0 } };

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(units); i++) {
        const char *unit = units[i].unit;
        size_t each = units[i].depth, peak = units[i].peak;
        size_t most = (QJSP__LEXER_MAX_DEPTH - 1 - peak) / each;

        CHECK_INT(unit, depth_of(unit, 31), 31 * each + peak);
        CHECK_INT(unit, depth_of(unit, most), most * each + peak);
        CHECK_INT(unit, depth_of(unit, most + 1), 0);
    }
}

/* Closing more than was opened is not valid, and harmless. */
static void test_stray_brackets(void **state)
{
    char got[64] = "";

    (void)state;
    show(")]}}; a }; b", got, sizeof got);
    CHECK_STR("the statements behind them", got, ") ; a ; b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_statements_begin_and_what_divides),
        cmocka_unit_test(test_nesting_is_bounded),
        cmocka_unit_test(test_stray_brackets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
