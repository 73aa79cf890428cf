/* SPDX-License-Identifier: MIT */
/*
 * Four workers on one mount, of each kind: stress_files [OPERATIONS of each worker], 2,500 if not told
 * otherwise. Each does random things to files of its own and checks them against a model in its
 * memory; meanwhile all append to one log, of which no line may be lost or torn, and replace
 * one file by rename, of which nobody may ever see a half.
 */
#include "stress/load.h"
#include "tests/temp_folder.h"

enum { WORKERS = 4 };

static const char program[] =
    "async (me, rounds) => {\n"
    "  let seed = me + 1\n"
    "  const next = n => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0, (seed >>> 8) % n)\n"
    "  const home = `/data/w${me}`, model = new Map(), log = std.open('/data/log', 'a')\n"
    "  os.mkdir(home)\n"
    "  const name = () => `${home}/f${next(12)}`\n"
    "  const text = () => String.fromCharCode(97 + me).repeat(next(50) === 0 ? 70000 : next(300))\n"
    "  const check = (what, got, want) => { if (got !== want) throw new Error(`${me}: ${what}: "
    "got ${String(got).slice(0, 80)}, want ${String(want).slice(0, 80)}`) }\n"
    "  const open = (n, mode) => { const e = {}, f = std.open(n, mode, e); "
    "if (!f) throw new Error(`${me}: ${n}: ${e.errno}`); return f }\n"
    "  const deeds = [\n"
    "    () => { const n = name(), t = text(); std.writeFile(n, t); model.set(n, t) },\n"
    "    () => { const n = name(), t = text(), f = open(n, 'a'); f.puts(t); f.close(); "
    "model.set(n, (model.get(n) ?? '') + t) },\n"
    "    () => { const n = name(); check('load', std.loadFile(n), model.get(n) ?? null) },\n"
    "    () => { const n = name(); check('remove', os.remove(n), model.delete(n) ? 0 : -2) },\n"
    "    () => { const a = name(), b = name(); check('rename', os.rename(a, b), model.has(a) ? 0 : -2); "
    "if (model.has(a) && a !== b) { model.set(b, model.get(a)); model.delete(a) } },\n"
    "    () => { const n = name(), t = model.get(n); if (t === undefined) return; "
    "const at = next(t.length + 1), f = open(n, 'r+'); f.seek(at, 0); f.puts('#'); f.close(); "
    "model.set(n, t.slice(0, at) + '#' + t.slice(at + 1)) },\n"
    "    () => { const n = name(), t = model.get(n), [s, e] = os.stat(n); "
    "check('size', s?.size, t?.length); check('error', e, t === undefined ? 2 : 0) },\n"
    "    () => check('list', os.readdir(home)[0].length - 2, model.size),\n"
    "    () => { const v = `${me}`.repeat(5000), t = `/data/new${me}`; std.writeFile(t, v); "
    "check('swap', os.rename(t, '/data/current'), 0) },\n"
    "    () => { const v = std.loadFile('/data/current'); "
    "if (v !== null && !/^(.)\\1{4999}$/.test(v)) throw new Error(`half a file: ${v.length}`) },\n"
    "  ]\n"
    "  for (let i = 0; i < rounds; i++) {\n"
    "    deeds[next(deeds.length)]()\n"
    "    log.puts(`${me}:${i}\\n`)\n"
    "    if (next(10) === 0) log.flush()\n"
    "    if (i % 50 === 0) await null\n"
    "  }\n"
    "  log.close()\n"
    "  for (const [n, t] of model) check('in the end', std.loadFile(n), t)\n"
    "  return model.size\n"
    "}";

/* Of each worker every number, in order; nothing else. */
static const char check_log[] =
    "(workers, rounds) => {\n"
    "  const next = Array(workers).fill(0), f = std.open('/data/log', 'r')\n"
    "  for (let l; (l = f.getline()) !== null;) {\n"
    "    const [w, n] = l.split(':').map(Number)\n"
    "    if (next[w]++ !== n) throw new Error(`line ${l}`)\n"
    "  }\n"
    "  if (next.some(n => n !== rounds)) throw new Error(next.join())\n"
    "}";

static qjsp_bytes bytes_of(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, strlen(text) };
}

static void write_args(qjsp_buffer *args, int64_t a, int64_t b)
{
    qjsp_buffer_init(args, NULL, 0);
    qjsp_write_array(args, 2);
    qjsp_write_int(args, a);
    qjsp_write_int(args, b);
}

static uint64_t submit(qjsp_pool *pool, const char *source, int64_t a, int64_t b)
{
    qjsp_submit s;
    qjsp_buffer args;
    uint64_t id;

    write_args(&args, a, b);
    qjsp_submit_init(&s);
    s.task.kind = QJSP_TASK_CALL;
    s.task.source = bytes_of(source);
    s.task.args = qjsp_buffer_peek(&args);
    load_require(qjsp_pool_submit(pool, &s, &id) == QJSP_OK, "submit");
    qjsp_buffer_fini(&args);
    return id;
}

static void expect_ok(qjsp_pool *pool, uint64_t id)
{
    qjsp_result *result;

    load_require(qjsp_pool_wait(pool, id, &result) == QJSP_OK, "wait");
    if (result->status != QJSP_OK)
        fprintf(stderr, "%s: %s\n", result->error_name, result->error_message);
    load_require(result->status == QJSP_OK, "every worker finds its files as it left them");
    qjsp_result_free(result);
}

static void run(const qjsp_mount *mount, int64_t rounds)
{
    qjsp_pool_options opt;
    qjsp_pool *pool;
    uint64_t ids[WORKERS];

    qjsp_pool_options_init(&opt);
    opt.workers = WORKERS;
    opt.isolate.mounts = mount;
    opt.isolate.nmounts = 1;
    load_require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "pool");
    for (int i = 0; i < WORKERS; i++)
        ids[i] = submit(pool, program, i, rounds);
    for (int i = 0; i < WORKERS; i++)
        expect_ok(pool, ids[i]);
    expect_ok(pool, submit(pool, check_log, WORKERS, rounds));
    qjsp_pool_free(pool);
}

static void run_in_folder(uint64_t limit, int64_t rounds)
{
    char *folder = temp_folder_new(NULL);
    qjsp_mount mount = {
        .path = "/data", .kind = QJSP_MOUNT_DIRECTORY, .directory = folder, .limit = limit
    };

    run(&mount, rounds);
    temp_folder_free(folder);
}

int main(int argc, char **argv)
{
    int64_t rounds = argc > 1 ? atoll(argv[1]) : 2500;
    qjsp_mount memory = { .path = "/data" };

    run(&memory, rounds);
    run_in_folder(0, rounds);
    run_in_folder(UINT64_C(1) << 30, rounds); /* counts, and locks */
    return 0;
}
