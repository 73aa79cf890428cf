/* SPDX-License-Identifier: MIT */
/*
 * Every allocation of the region fails once, and with all after it: the task ends
 * with its value or a named error, in time, and the next one has a clean realm.
 */
#include <qjspool/value.h>
#include <stdlib.h>

#include "isolate/isolate.h"
#include "tests/check.h"

typedef struct program {
    const char *name;
    const char *source;
    bool is_call;
    bool is_forgiven; /* some of its allocations may fail without anyone hearing of it */
} program;

/* So many of them at most, one after the other. */
enum { MAX_FORGIVEN = 300 };

static const program programs[] = {
    { "objects", "const a = []; for (let i = 0; i < 20; i++) a.push({ i, ['k' + i]: [i] }); a", 0,
      0 },
    { "strings", "let s = ''; for (let i = 0; i < 20; i++) s += i + 'ab'.repeat(i); s.split('a')",
      0, 0 },
    { "regexps",
      "'a1b22'.replace(/([a-z])(?<n>\\d+)/g, (m, x, n) => n + x) + /\\p{L}+/u.exec('x')[0]", 0, 0 },
    { "promises", "const f = async x => { await null; return x }; await Promise.all([f(1), f(2)])",
      0, 0 },
    { "generators",
      "function* g() { yield* [1, 2] } [...g()].concat([3].values().map(x => x).toArray())", 0, 0 },
    { "a module",
      "import { a } from 'table'; export const b = a; export default await import('table')", 0, 0 },
    { "json module", "(await import('data', { with: { type: 'json' } })).default", 0, 0 },
    { "errors",
      "class E extends Error {} throw new E('m', { cause: new AggregateError([1], 'n') })", 0, 0 },
    { "an error's getters",
      "throw { get message() { return 'x' }, toString() { return 'y' + {} } }", 0, 0 },
    { "structuredClone",
      "structuredClone({ m: new Map([[1, new Set([2])]]), d: new Date(0), "
      "b: new Uint8Array(9), n: 10n ** 30n, r: /x/g, e: new Error('e') })",
      0, 0 },
    { "host calls", "(await host.echo({ a: [1] })).a.concat(hostSync.echo(2))", 0, 0 },
    { "timers",
      "let n = 0; setInterval((...a) => { n += a.length }, 0, 1, 2, 3); "
      "await new Promise(r => setTimeout(r, 2)); n > 0",
      0, 0 },
    { "console",
      "console.log('a', { b: [1] }); console.count('c'); console.time(); console.timeEnd()", 0, 0 },
    { "text",
      "new TextDecoder().decode(new TextEncoder().encode('\\u20ac'.repeat(9))) + atob('AAAA')", 0,
      0 },
    { "big integers", "(3n ** 500n / 7n ** 90n).toString(36) + crypto.randomUUID().length", 0, 0 },
    { "classes", "class A { #x = 1; static s = 2; get x() { return this.#x } } new A().x + A.s", 0,
      0 },
    { "eval", "eval('var q = 1; (function f({ a = 2, ...r }) { return a + r.b })({ b: 3 })')", 0,
      0 },
    { "early errors", "let a; let a", 0, 0 },
    { "files by std",
      "const f = std.open('/data/f', 'w+'); f.puts('a', 1); f.printf('%5d %s', 7, 'x'); f.seek(0, 0); "
      "f.getline() + std.loadFile('/data/f') + f.write(new Uint8Array(9))",
      0, 0 },
    { "files by os",
      "const fd = os.open('/data/g', os.O_RDWR | os.O_CREAT); os.write(fd, new Uint8Array(9), 0, 9); "
      "[os.stat('/data/g')[0].size, os.readdir('/data'), os.realpath('/data/g')]",
      0, 0 },
    { "modules about files",
      "import std, { open } from 'std'; import * as os from 'qjs:os'; "
      "export default open('/data/h', 'w').puts('x')",
      0, 0 },
    { "fs",
      "import fs from 'fs'; import { stat } from 'fs/promises'; fs.mkdirSync('/data/d/e', { recursive: true }); "
      "fs.writeFileSync('/data/d/f', 'x'); fs.copyFileSync('/data/d/f', '/data/d/g'); "
      "let code; try { fs.readFileSync('/none', 'utf8') } catch (e) { code = e.code } "
      "export default [fs.readdirSync('/data', { withFileTypes: true, recursive: true }).length, "
      "fs.readFileSync('/data/d/g', 'latin1'), (await stat('/data/d')).isFile(), code]; "
      "fs.rmSync('/data/d', { recursive: true })",
      0, 0 },
    /* whoever catches the failure tries again, with what it has left; b.mjs is never in the cache */
    { "modules from files",
      "import fs from 'fs'; const w = (n, t) => fs.writeFileSync('/data/' + n, t); let v; "
      "w('a.mjs', `import { b } from './b.mjs'; import { c } from './c.cjs'; "
      "import j from './d.json' with { type: 'json' }; export const a = 1; export default [b, c, j, import.meta.url]`); "
      "w('b.mjs', `import { a } from './a.mjs'; export const b = () => a; /* ${Math.random()} */`); "
      "w('c.cjs', `exports.c = require('./e.cjs').e; exports.f = () => 1`); w('d.json', '[1]'); "
      "w('e.cjs', `exports.e = Object.keys(require('./f.mjs')).length`); w('f.mjs', `export default 1`); "
      "for (const n of ['a.mjs', 'b.mjs', 'a.mjs', 'c.cjs']) try { v = await import('/data/' + n) } catch { v = null } "
      "export const n = v && Object.keys(v).length",
      0, true },
    { "the same from the cache",
      "import fs from 'fs'; fs.mkdirSync('/data/node_modules/p', { recursive: true }); "
      "const w = (n, t) => fs.writeFileSync('/data/node_modules/p/' + n, t); let v; "
      "w('package.json', '{\"type\": \"module\", \"exports\": {\".\": \"./a.js\", \"./*\": \"./*.js\"}}'); "
      "w('a.js', `export * from './b.js'; export { default } from 'p/c'`); w('b.js', `import './a.js'; export const b = 1`); "
      "w('c.js', `export default class { x = [1, 'é', /r/g, 2n] }`); "
      "for (const n of ['p', 'p/b', 'p']) try { v = await import(n) } catch { v = null } "
      "export const n = v && Object.keys(v).length",
      0, true },
    { "a call", "async (x, y) => [x, y]", 1, 0 },
};

/* ---- an isolate with a host that answers at once ---- */

static qjsp_status echo(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    qjsp_reader r;
    qjsp_token token;
    size_t begin;

    (void)ud;
    qjsp_reader_init(&r, args, 0);
    if (qjsp_reader_next(&r, &token) != QJSP_OK || token.u.u64 == 0)
        return QJSP_ERR_INVALID;
    begin = r.pos;
    if (qjsp_reader_skip(&r) != QJSP_OK)
        return QJSP_ERR_INVALID;
    qjsp_buffer_append(out, args.data + begin, r.pos - begin);
    return QJSP_OK;
}

static void drop(void *ud, qjsp_console_level level, qjsp_bytes args)
{
    (void)ud;
    (void)level;
    (void)args;
}

static qjsp_isolate *make(void)
{
    static const qjsp_host_function functions[] = { { "host.echo", NULL, NULL },
                                                    { "hostSync.echo", echo, NULL } };
    static const qjsp_module modules[] = {
        { "table", { (const uint8_t *)"export const a = 1", 18 } },
        { "data", { (const uint8_t *)"{\"a\": [1]}", 10 } },
    };
    static const qjsp_mount mount = { .path = "/data" };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    qjsp_isolate_options_init(&opt);
    opt.memory_limit = 4 << 20;
    opt.mounts = &mount;
    opt.nmounts = 1;
    opt.host_functions = functions;
    opt.nhost_functions = 2;
    opt.modules = modules;
    opt.nmodules = 2;
    opt.on_console = drop;
    assert_int_equal(qjsp_isolate_new(&iso, &opt), QJSP_OK);
    assert_int_equal(qjsp_isolate_seal(iso), QJSP_OK);
    return iso;
}

static void answer_calls(qjsp_isolate *iso)
{
    qjsp_isolate_call call;
    qjsp_buffer out;

    while (qjsp_isolate_next_call(iso, &call)) {
        qjsp_buffer_init(&out, NULL, 0);
        (void)echo(NULL, call.args, &out);
        assert_int_equal(qjsp_isolate_resolve(iso, call.id, false, qjsp_buffer_peek(&out)),
                         QJSP_OK);
        qjsp_buffer_fini(&out);
    }
}

/* To its end; time is what each poll asks for. */
static const qjsp_result *run(qjsp_isolate *iso, const program *p)
{
    static const uint8_t args[] = { 0x82, 0x01, 0x61, 'x' }; /* [1, "x"] */
    qjsp_task task;
    qjsp_poll poll;
    uint64_t now_ms = 1000;

    qjsp_task_init(&task);
    task.kind = p->is_call ? QJSP_TASK_CALL : QJSP_TASK_EVAL;
    task.source = (qjsp_bytes){ (const uint8_t *)p->source, strlen(p->source) };
    if (p->is_call)
        task.args = (qjsp_bytes){ args, sizeof args };
    task.timeout_ms = 500;
    CHECK_STATUS(p->name, qjsp_isolate_begin(iso, &task, now_ms), QJSP_OK);
    for (int turns = 0; turns < 1000; turns++) {
        qjsp_isolate_poll(iso, now_ms, &poll);
        if (poll.state == QJSP_POLL_DONE)
            break;
        answer_calls(iso);
        if (poll.ncalls == 0)
            now_ms = poll.wake_ms;
    }
    CHECK_TRUE(p->name, poll.state == QJSP_POLL_DONE);
    return qjsp_isolate_peek_result(iso);
}

/* ---- failing ---- */

static void check_named(const program *p, const qjsp_result *result, uint64_t n)
{
    char name[80];

    snprintf(name, sizeof name, "%s, allocation %llu", p->name, (unsigned long long)n);
    switch (result->status) {
    case QJSP_OK: CHECK_STATUS(name, qjsp_value_check(result->value, 0, NULL), QJSP_OK); return;
    case QJSP_ERR_LIMIT:
    case QJSP_ERR_TIMEOUT: /* an interval goes on when its awaiter failed */
    case QJSP_ERR_EXCEPTION:
    case QJSP_ERR_CRASHED:
        CHECK_TRUE(name, result->error_name != NULL && result->error_name[0] != '\0');
        CHECK_TRUE(name, result->error_message != NULL);
        return;
    default: CHECK_FAIL(name, __FILE__, __LINE__, "  ended %s\n", qjsp_status_name(result->status));
    }
}

/* Ends the task; an engine that gave up on itself needs a new isolate, any other is clean. */
static qjsp_isolate *recover(qjsp_isolate *iso, const program *p)
{
    static const program plain = { "the next task", "[typeof leak, [1, 2].map(x => x * 21)[1]]", 0,
                                   0 };
    static const uint8_t want[] = { 0x82, 0x69, 'u', 'n', 'd',  'e', 'f',
                                    'i',  'n',  'e', 'd', 0x18, 42 };
    const qjsp_result *result;

    if (qjsp_isolate_end(iso) == QJSP_ERR_CRASHED) {
        qjsp_isolate_free(iso);
        return make();
    }
    CHECK_TRUE(p->name, qjsp__arena_check(iso->arena));
    result = run(iso, &plain);
    CHECK_STATUS(p->name, result->status, QJSP_OK);
    CHECK_BYTES(p->name, result->value.data, result->value.len, want, sizeof want);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    return iso;
}

/* False: the program ended before its n-th allocation. */
static bool fail_at(qjsp_isolate **iso, const program *p, uint64_t n, bool forever)
{
    bool has_failed;

    qjsp__arena_fail_after((*iso)->arena, n, forever);
    check_named(p, run(*iso, p), n);
    has_failed = qjsp__arena_was_exhausted((*iso)->arena);
    /* a task in a session frees its values instead of restoring: every third does */
    (*iso)->in_session = n % 3 == 0;
    if ((*iso)->in_session && qjsp_isolate_end(*iso) == QJSP_OK) {
        qjsp__arena_fail_after((*iso)->arena, 0, false);
        CHECK_STATUS(p->name, qjsp_isolate_restore(*iso), QJSP_OK);
    }
    qjsp__arena_fail_after((*iso)->arena, 0, false);
    *iso = recover(*iso, p);
    return has_failed;
}

static void check_program(const program *p, bool forever)
{
    qjsp_isolate *iso = make();
    uint64_t n = 1, nothing = 0;

    while (nothing < MAX_FORGIVEN) {
        nothing = fail_at(&iso, p, n, forever) ? 0 : nothing + (p->is_forgiven ? 1 : MAX_FORGIVEN);
        n++;
        assert_true(n < 100000);
    }
    assert_true(n > 2); /* it did allocate */
    qjsp_isolate_free(iso);
}

static void one_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        check_program(&programs[i], false);
}

static void all_further_allocations_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        check_program(&programs[i], true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_allocation_fails),
        cmocka_unit_test(all_further_allocations_fail),
    };

    return cmocka_run_group_tests_name("isolate/oom", tests, NULL, NULL);
}
