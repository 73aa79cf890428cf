/* SPDX-License-Identifier: MIT */
#include "cli/map_harness.h"

#include <qjspool/value.h>

/*
 * One line without comments, for the user's bootstrap stands right behind it
 * and its lines keep their numbers. What there is to know:
 *
 * - Everything it uses of the realm is taken before the user's code runs. After that it
 *   calls only these, and touches only own properties of its own arrays: results
 *   overwrite the lines in place, which no setter on a prototype can see.
 * - setPrototypeOf(lines, null): the array passes through a promise, which
 *   would otherwise ask Object.prototype for a `then`.
 * - step() works until a result must be awaited (true), the lines are done or the budget is
 *   used up (false); drive() awaits and steps on. Without promises nothing is async.
 * - check() lets "out of memory", and the null that stands for it when
 *   not even the error found room, end the whole call: the host then looks at
 *   each record alone, and the realm is made new.
 * - size: 1 Mi characters of results are enough for one call; the
 *   host holds that many for each call under way.
 */
const char map_harness_prefix[] =
    "(() => { 'use strict';"
    "const G = globalThis, { parse, stringify } = JSON, text = String, Type = TypeError,"
    " evaluate = eval, setProto = Object.setPrototypeOf, define = Object.defineProperty,"
    " now = G.qjspoolNow || Date.now, given = G.qjspoolGiven;"
    "delete G.qjspoolNow; delete G.qjspoolGiven;"
    "let fn;"

    "const check = (e) => {"
    " if (e === null || e === undefined) throw e;"
    " if (typeof e === 'object') {"
    "  let fatal = false;"
    "  try { fatal = e.message === 'out of memory' && e.name === 'InternalError'; } catch {}"
    "  if (fatal) throw e;"
    " }"
    "};"

    "const describe = (stage, e) => {"
    " let name = 'Error', message = '', stack = '';"
    " try {"
    "  if (typeof e === 'object') {"
    "   const n = e.name, m = e.message, s = e.stack;"
    "   if (typeof n === 'string') name = n;"
    "   message = typeof m === 'string' ? m : text(e);"
    "   if (typeof s === 'string') stack = s;"
    "  } else message = text(e);"
    " } catch {}"
    " return [stage, name, message, stack];"
    "};"

    "const fail = (s, i, stage, e) => {"
    " check(e);"
    " const f = describe(stage, e);"
    " s.lines[i] = f;"
    " return f[1].length + f[2].length + f[3].length;"
    "};"

    "const toJSON = (result) => {"
    " const json = stringify(result);"
    " if (json === undefined)"
    "  throw new Type(`the result is a ${typeof result}, which JSON cannot hold`);"
    " return json;"
    "};"

    "const isDone = (s, i) => {"
    " s.i = i;"
    " if (i >= s.n) return true;"
    " if (s.size < 1048576 && now() < s.end) return false;"
    " s.lines.length = i;"
    " return true;"
    "};"

    "const step = (s) => {"
    " const { lines, n, index, end } = s, f = fn;"
    " let { i, size } = s, stage;"
    " do {"
    "  const line = lines[i];"
    "  if (line === '') { lines[i] = undefined; continue; }"
    "  try {"
    "   stage = 'parse';"
    "   const record = parse(line);"
    "   stage = 'call';"
    "   const result = f(record, index + i);"
    "   if (result === undefined) { lines[i] = undefined; continue; }"
    "   if (typeof result === 'object' && result !== null && typeof result.then === 'function') {"
    "    s.i = i; s.size = size; s.pending = result;"
    "    return true;"
    "   }"
    "   stage = 'stringify';"
    "   const json = toJSON(result);"
    "   size += json.length;"
    "   lines[i] = json;"
    "  } catch (e) { size += fail(s, i, stage, e); }"
    " } while (++i < n && size < 1048576 && now() < end);"
    " if (i < n) lines.length = i;"
    " return false;"
    "};"

    "const drive = async (s) => {"
    " do {"
    "  let stage = 'call';"
    "  try {"
    "   const result = await s.pending;"
    "   stage = 'stringify';"
    "   const json = result === undefined ? undefined : toJSON(result);"
    "   if (json !== undefined) s.size += json.length;"
    "   s.lines[s.i] = json;"
    "  } catch (e) { s.size += fail(s, s.i, stage, e); }"
    "  s.pending = undefined;"
    " } while (!isDone(s, s.i + 1) && step(s));"
    " return s.lines;"
    "};"

    "const map = (lines, index, budget) => {"
    " const s = { lines, index, n: lines.length, i: 0, size: 0, end: now() + budget,"
    "  pending: undefined };"
    " setProto(lines, null);"
    " return s.n > 0 && step(s) ? drive(s) : lines;"
    "};"

    "const load = async () => {"
    " delete G.qjspoolLoad;"
    " const { kind, name, source } = given;"
    " let value;"
    " if (kind === 'expression') value = evaluate('(' + source + '\\n)');"
    " else if (kind === 'script') value = evaluate(source);"
    " else value = (await import(name)).default;"
    " if (typeof value !== 'function')"
    "  throw new Type(`${name} gives ${value === null ? 'null' : typeof value}, not a function"
    "; write it as: r => r.name`);"
    " fn = value;"
    "};"

    "define(G, 'qjspoolMap', { value: map });"
    "define(G, 'qjspoolLoad', { value: load, configurable: true });"
    "})();";

const char map_harness_suffix[] = "\n;await qjspoolLoad();";

void map_harness_globals(qjsp_buffer *out, map_function_kind kind, const char *name,
                         qjsp_bytes source)
{
    static const char *const kinds[] = { "expression", "script", "module" }; /* ORDER */

    qjsp_write_map(out, 1);
    qjsp_write_cstr(out, "qjspoolGiven");
    qjsp_write_map(out, 3);
    qjsp_write_cstr(out, "kind");
    qjsp_write_cstr(out, kinds[kind]);
    qjsp_write_cstr(out, "name");
    qjsp_write_cstr(out, name);
    qjsp_write_cstr(out, "source");
    if (kind == MAP_FUNCTION_MODULE) /* it is in the table of modules */
        qjsp_write_undefined(out);
    else
        qjsp_write_text(out, (const char *)source.data, source.len);
}
