#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qjspool map: functions, order, lines of all kinds, errors.
. "$(dirname "$0")/lib.sh"
cd "$dir" || exit 1

# map NAME INPUT WANT ARGUMENT...: what it makes of the input (as printf has it), exit code 0
map()
{
    name=$1
    want=$3
    # shellcheck disable=SC2059 # the input is a format on purpose
    printf "$2" > in
    shift 3
    code=0
    "$qjspool" map "$@" < in > out 2> err || code=$?
    is "$name" "0 $want" "$code $(tr '\n' ' ' < out | sed 's/ $//')$(cat err)"
}

map "a value for each record" '{"n":1}\n{"n":2}\n' '2 4' -e 'r => r.n * 2'
map "undefined drops a record" '1\n2\n3\n4\n' '2 4' -e 'n => n % 2 ? undefined : n'
map "an index" '"a"\n"b"\n' '["a",0] ["b",1]' -e '(r, i) => [r, i]'
map "async functions" '1\n2\n3\n' '10 30' -e 'async n => { await null; return n == 2 ? undefined : n * 10 }'
map "timers" '3\n1\n' '3 1' -e 'n => new Promise(done => setTimeout(() => done(n), n))'
map "null is a value" 'null\n1\n' 'null null' -e '() => null'
map "a function with a name" '1\n' '2' -e 'function f(n) { return n + 1 }'
map "a comment at the end" '1\n' '1' -e 'n => n // the same'
map "no final newline" '1\n2' '1 2' -e 'n => n'
map "CRLF" '1\r\n2\r\n' '1 2' -e 'n => n'
map "a byte order mark" '\357\273\2771\n2\n' '1 2' -e 'n => n'
map "blank lines" '\n1\n  \n\t\r\n2\n\n' '[1,0] [2,1]' -e '(n, i) => [n, i]'
map "nothing at all" '' '' -e 'n => n'
map "only blank lines" '\n\n' '' -e 'n => n'
map "other scripts" '"\303\244\360\237\230\200"\n' '["ä😀",3]' -e 's => [s, s.length]'
map "lone surrogates stay escaped" '"\\ud800"\n' '"\ud800"' -e 'n => n'
map "__proto__ is data" '{"__proto__":1}\n' '{"__proto__":1}' -e 'n => n'
map "globals" '1\n' '6' --globals '{"k": 5}' -e 'n => n + k'
map "state of a worker" '1\n2\n3\n' '1 2 3' -j1 -e 'n => globalThis.seen = (globalThis.seen || 0) + 1'
map "no state with --isolation task" '1\n2\n3\n' '1 1 1' -j1 --isolation task -e 'n => globalThis.seen = (globalThis.seen || 0) + 1'
map "a clock that stands still" '1\n2\n' '5 5' --clock 5 -e 'n => Date.now()'
map "and nothing of the harness to be found" '1\n' '"undefined,undefined,undefined"' --clock 5 \
    -e 'n => [typeof qjspoolNow, typeof qjspoolGiven, typeof qjspoolLoad].join()'

cat > script.js <<'JS'
const table = { a: 1, b: 2 };
function look(r) { return table[r]; }
look
JS
map "a script whose value is a function" '"b"\n"a"\n' '2 1' -f script.js
cat > module.js <<'JS'
const table = await Promise.resolve({ a: 1, b: 2 });
export default r => table[r];
JS
map "a module with a default export" '"b"\n"a"\n' '2 1' -f module.js
echo 'const twice = x => x * 2' > boot.js
map "bootstrap" '4\n' '8' --bootstrap boot.js -e 'n => twice(n)'

printf '1\n2\n' > a
printf '3' > b
: > empty
run map -e '(n, i) => [n, i]' a empty b a
is "several inputs" '[1,0] [2,1] [3,2] [1,3] [2,4] ' "$(tr '\n' ' ' < out)"
printf '9\n' | "$qjspool" map -e 'n => n' a - b > out
is "standard input among them" '1 2 9 3 ' "$(tr '\n' ' ' < out)"
run map -e 'n => n' a missing
is "an input that is not there: exit code, before any work" "3 " "$code $(out)"
has "an input that is not there" "cannot read missing: No such file" err
run map -e 'n => n' a .
is "a folder: exit code" 3 "$code"

# ---- functions that are none ----

run map -e '1 +' a
is "a syntax error: exit code" "1 " "$code $(out)"
has "a syntax error" "the function cannot be loaded: SyntaxError" err
run map -e 'r.n' a
has "a slip" "the function cannot be loaded: ReferenceError" err
run map -e '42' a
has "not a function" "-e gives number, not a function; write it as: r => r.name" err
echo 'export const a = 1' > none.js
run map -f none.js a
has "no default export" "none.js gives undefined, not a function" err
printf 'r => "\377"' > latin.js
run map -f latin.js a
is "a function that is not UTF-8" "1 qjspool map: the function cannot be loaded: latin.js is not valid UTF-8" "$code $(err)"
run map -f missing.js a
is "no file: exit code" 3 "$code"

# ---- stacks: places in the user's files, nothing of ours ----

# stack NAME WANT ARGUMENT...: the frames that follow the message. Columns only where an Error is
# made: of calls, the engine has its own idea.
stack()
{
    name=$1
    want=$2
    shift 2
    run map "$@" a
    is "$name" "$want" \
        "$(sed -e 1d -e '3,$s/:[0-9]*)/)/' -e 's/^ *at //' err | tr '\n' ';')"
}

stack "an expression" "<anonymous> (-e:1:18);" -e 'r => { throw new Error("x") }'
stack "an expression with lines" "<anonymous> (-e:2:15);" -e 'r => {
    throw new Error("x") }'
printf '\nfunction f(r) {\n    return g(r);\n}\nfunction g(r) { throw new Error("x"); }\nf\n' > deep.js
stack "a script" "g (deep.js:5:27);f (deep.js:3);" -f deep.js
printf 'export default async function f(r) {\n    await 1;\n    throw new Error("x");\n};\n' > deep.js
stack "a module" "f (deep.js:3:15);" -f deep.js
printf 'const boom = () => { throw new Error("b") };\nconst bang = () => boom();' > boot.js
stack "through the bootstrap" "boom (boot.js:1:32);bang (boot.js:2);<anonymous> (-e:1);" \
    --bootstrap boot.js -e 'r => bang()'

# ---- errors ----

printf '{"a":{"b":1}}\n{"a":\n\n{}\n{"a":{"b":2}}\n' > mixed
run map -e 'r => r.a.b' mixed
is "fail: exit code, and what came before" "1 1" "$code $(out)"
has "fail: where" "qjspool map: mixed:2: SyntaxError: " err
has "fail: it is the line" "(the line is not JSON)" err
run map -e 'r => r.a.b' --on-error skip mixed
is "skip: exit code and the rest" "0 1 2 " "$code $(tr '\n' ' ' < out)"
has "skip: where" "mixed:4: TypeError: " err
has "skip: how many" "2 records skipped" err
run map -e 'r => r.a.b' --on-error emit mixed
is "emit: exit code" 0 "$code"
is "emit: in place" '1 2 SyntaxError 4 TypeError 2 ' \
    "$(jq -r 'if type == "object" then "\(.line) \(.error.name)" else . end' < out | tr '\n' ' ')"
run map -e 'r => r.a.b' --on-error emit a mixed
is "emit: the input, when there are several" 'a' "$(head -n 1 out | jq -r .input)"
run map -e 'r => { throw new Error("x".repeat(5000)) }' a
is "a long message is cut" 1 "$([ "$(wc -c < err)" -lt 4000 ]; echo $((1 - $?)))"
printf '1\n2\n3\n4\n5\n6\n7\n8\n' > eight
run map --on-error skip -e 'r => { throw r }' eight
is "skip: the first five and a total" 6 "$(wc -l < err)"
has "a thrown number" "eight:1: Error: 1" err

# thrown and returned: what cannot be JSON fails alone
cat > strange.js <<'JS'
[
    () => { throw null; },
    () => { throw undefined; },
    () => { throw Symbol("s"); },
    () => { throw { get name() { throw 1; } }; },
    () => { throw new Proxy({}, { get() { throw 1; } }); },
    () => 1n,
    () => Symbol(),
    () => () => 1,
    () => ({ toJSON() { throw new Error("toJSON"); } }),
    () => ({ toJSON() {} }),
    () => { const o = {}; o.o = o; return o; },
    () => ({ get then() { throw new Error("then"); } }),
    () => ({ then() { throw new Error("then()"); } }),
    () => ({ then(_, no) { no(null); } }),
    () => new Promise(() => {}),
    () => { const f = () => f(); f(); },
    () => Promise.reject(new Error("rejected")),
    () => { throw Object.create(null); },
][globalThis.n = globalThis.k], (k => globalThis.strange[k]())
JS
sed -e '1s/^/globalThis.strange = /' -e 's/^\]\[.*/]; (k => strange[k]())/' strange.js > all.js
for isolation in worker task; do
    printf '"fine"\n' > in
    seq 0 17 >> in
    printf '"fine"\n' >> in
    sed 's/(k => /(k => k === "fine" ? k : /' all.js > f.js
    run map -f f.js --timeout 5s --isolation $isolation --on-error emit in
    is "strange results ($isolation): exit code" 0 "$code"
    is "strange results ($isolation): each fails alone" '"fine" 18 "fine"' \
        "$(head -n 1 out) $(grep -c '^{"error":{"name":".*"line":' out) $(tail -n 1 out)"
    is "strange results ($isolation): all are JSON" 20 "$(jq -c . < out | wc -l)"
done
has "what a function cannot return" "the result is a function, which JSON cannot hold" out
has "a promise that nobody settles" "DeadlockError" out

# ---- lines ----

printf '"good"\n"b\377d"\n"\355\240\200"\n"good"\n' > bytes
run map -e 'n => n' --on-error emit bytes
is "invalid UTF-8" 'good 2 InputError 3 InputError good ' \
    "$(jq -r 'if type == "object" then "\(.line) \(.error.name)" else . end' < out | tr '\n' ' ')"
has "invalid UTF-8: the message" "the line is not valid UTF-8" out
printf '1\n2\000\n3\n' > nul
run map -e 'n => n' --on-error emit nul
is "a NUL byte" 'SyntaxError' "$(sed -n 2p out | jq -r .error.name)"
long()
{
    printf '"'
    head -c "$1" /dev/zero | tr '\0' x
    printf '"\n'
}
{ echo 1; long 3000000; echo 2; long 998; echo 3; long 5000000; } > huge
run map -e 'n => n.length || n' huge
is "long lines" '1 3000000 2 998 3 5000000 ' "$(tr '\n' ' ' < out)"
run map -e 'n => n.length || n' --max-line 1000 --on-error emit huge
is "lines longer than --max-line" '1 2:InputError 2 998 3 6:InputError ' \
    "$(jq -r 'if type == "object" then "\(.line):\(.error.name)" else . end' < out | tr '\n' ' ')"
run map -e 'n => n.length || n' --max-line 999 --on-error skip huge
is "one byte longer" '1 2 3 ' "$(tr '\n' ' ' < out)"
conclude
