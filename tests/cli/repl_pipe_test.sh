#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qjspool repl from a pipe: inputs, values, errors, commands; hostile guests.
. "$(dirname "$0")/lib.sh"

unset NO_COLOR QJSPOOL_HISTORY
# repl INPUT OPTION...: printf escapes are understood in INPUT
repl()
{
    input=$1
    shift
    code=0
    printf "$input" | HOME="$dir" XDG_STATE_HOME="$dir/state" "$qjspool" repl "$@" > "$dir/out" 2> "$dir/err" || code=$?
}

# shows INPUT WANT: what it prints
shows()
{
    repl "$1\n"
    is "$1" "0 $2" "$code $(out)$(err)"
}

# fails INPUT TEXT: a line of its errors
fails()
{
    repl "$1\n"
    is "$1: exit code" 1 "$code"
    has "$1" "$2" "$dir/err"
}

shows '6 * 7' 42
shows '' ''
shows 'undefined' ''
shows 'const a = 1\nconst a = 2\nlet a = 3\na' 3
shows 'class A {}\nclass A { x = 1 }\nnew A' 'A { x: 1 }'
shows 'function f(x) {\n  return x + 1\n}\nf(2)' 3
shows '`a\n${1 +\n1}`' "'a\\n2'"
shows '1 + // {\n2' 3
shows '/[{]/.test("{")' true
shows '/* {\n */ 5' 5
shows 'if (1)\n7' 7
shows '({ a: 1 })\n{ a: 1, b: { c: [] } }\n{ }' '{ a: 1 }
{ a: 1, b: { c: [] } }
{}'
shows '{ let q = 1; q }' 1
shows 'await new Promise(done => setTimeout(done, 5, "late"))' "'late'"
shows 'new Promise(() => {})' 'Promise { <pending> }'
shows 'const p = Promise.reject(new RangeError("no")); p.catch(() => {}); 1' 1
shows '[1, 2]\n_\n_.length\n_ = 5\n7\n_' '[ 1, 2 ]
[ 1, 2 ]
2
5
7
5'
repl 'setTimeout(() => console.log("tick"), 0)\n1\nawait 2\n'
has "timers go on with a later input" tick "$dir/err"
repl 'console.log("a"); console.error("b")\n'
is "the console is not the value" "|a b " "$(out)|$(err | tr '\n' ' ')"

# values
shows '[() => {}, function f() {}, class A {}, class B extends Array {}, async () => {}, function* g() {}]' \
    '[
  [Function (anonymous)],
  [Function: f],
  [class A],
  [class B extends Array],
  [AsyncFunction (anonymous)],
  [GeneratorFunction: g]
]'
shows 'const o = { a: {} }; o.a.b = o; o' '<ref *1> { a: { b: [Circular *1] } }'
shows 'new Map([[1, new Set(["x"])], [{}, null]])' "Map(2) { 1 => Set(1) { 'x' }, {} => null }"
shows 'new Uint8Array([1, 2]); ' 'Uint8Array(2) [ 1, 2 ]'
shows 'new Uint8Array([1, 2]).buffer' 'ArrayBuffer { bytes: <01 02>, byteLength: 2 }'
shows '[new Date(0), new Date(NaN), /a\\/b/gi, Symbol("s"), -0, 1n, null, undefined]' \
    '[
  1970-01-01T00:00:00.000Z, Invalid Date,             /a\/b/gi,
  Symbol(s),                -0,                       1n,
  null,                     undefined
]'
shows '({ get a() { for (;;) {} }, set b(v) {}, get c() {}, set c(v) {}, [Symbol("k")]: 1, "x-y": 2 })' \
    "{ a: [Getter], b: [Setter], c: [Getter/Setter], 'x-y': 2, [Symbol(k)]: 1 }"
shows '[1, , , 4]' '[ 1, <2 empty items>, 4 ]'
shows 'Object.create(null)' '[Object: null prototype] {}'
shows '[new Number(1), new String("s"), Object(2n)]' "[ [Number: 1], [String: 's'], [BigInt: 2n] ]"
shows '({ a: { b: { c: { d: { e: { f: 1 } } } } } })' '{ a: { b: { c: { d: { e: [Object] } } } } }'
shows '"it'"'"'s"' "\"it's\""
repl 'Array.from({ length: 300 }, (_, i) => i)\n'
has "a long array is folded" "... 200 more items" "$dir/out"
repl '"x".repeat(1e6)\n'
has "a long string is folded" "... 990000 more characters" "$dir/out"
repl 'new Error("boom", { cause: 1 })\n'
has "an error as a value" "Error: boom" "$dir/out"
has "and its cause" "[cause]: 1" "$dir/out"

# errors
fails 'throw new TypeError("no")' 'Uncaught TypeError: no'
fails 'throw null' 'Uncaught null'
fails 'throw undefined' 'Uncaught undefined'
fails 'throw { a: 1 }' 'Uncaught { a: 1 }'
fails 'throw Symbol("s")' 'Uncaught '
fails 'throw new Error("a", { cause: new Error("b") })' '[cause]: Error: b'
fails 'await new Promise(() => {})' 'DeadlockError'
repl 'const f = (x) => {\n  return x.y.z\n}\nf({})\n'
is "the line and a caret" "Uncaught TypeError: cannot read property 'z' of undefined
    2 |   return x.y.z
                 ^
    at f (repl-1:2:10)
    at <eval> (repl-2:1:1)" "$(err)"
repl '1 + + )\n'
has "a syntax error shows its line" '    1 | 1 + + )' "$dir/err"
repl 'f(\n'
is "an input that ends too early: exit code" 1 "$code"
has "an input that ends too early" SyntaxError "$dir/err"

# commands
printf 'const loaded = 1;\nfunction bad() {\n  throw new Error("x");\n}\nloaded + 1' > "$dir/file.js"
repl ".load $dir/file.js\nloaded\nbad()\n"
is ".load" "2 1 " "$(out | tr '\n' ' ')"
has "an error in a loaded file" '    3 |   throw new Error("x");' "$dir/err"
repl ".load $dir/none.js\n"
has ".load of nothing" "cannot read $dir/none.js: No such file" "$dir/err"
repl "let s = 1\nthrow 1\ns + 1\n.save $dir/saved.js\n"
is ".save" "let s = 1 s + 1 " "$(tr '\n' ' ' < "$dir/saved.js")"
repl ".save $dir/none/x.js\n"
has ".save that fails" "cannot write $dir/none/x.js: " "$dir/err"
repl 'let z = 1\n.clear\ntypeof z\n'
is ".clear" "A new session. 'undefined' " "$(out | tr '\n' ' ')"
repl '.time 1\n2\n'
has ".time CODE" "ran " "$dir/out"
is ".time CODE is for that one" 3 "$(out | wc -l)"
repl '.time\n1\n.time\n2\n'
is ".time" 5 "$(out | wc -l)"
repl '.mem\n'
has ".mem" " of 64 MiB" "$dir/out"
repl '.halp\n'
has "a slip" "did you mean .help?" "$dir/err"
repl '.help\n.exit\n1\n'
has ".help" ".load FILE" "$dir/out"
is ".exit ends" 0 "$(grep -cx 1 "$dir/out")"
shows '.5 + 1' 1.5

# options
repl '1\n' operand
is "no operands" 2 "$code"
repl 'x + helper()\n' --globals '{"x": 40}' --bootstrap /dev/null
has "bootstrap: there is no helper" "helper is not defined" "$dir/err"
printf 'const helper = () => 2;\nconst bad = () => { throw new Error("in bootstrap") }' > "$dir/boot.js"
repl 'x + helper()\nbad()\n' --globals '{"x": 40}' --bootstrap "$dir/boot.js"
is "globals and bootstrap" 42 "$(out)"
has "lines of the bootstrap code are its own" "boot.js:2" "$dir/err"
echo 'throw new Error("not today")' > "$dir/boot.js"
repl '1\n' --bootstrap "$dir/boot.js"
is "a bootstrap that throws: exit code" 1 "$code"
has "a bootstrap that throws" "not today" "$dir/err"
mkdir "$dir/data"
echo 'export const five = 5' > "$dir/data/five.js"
repl 'std.writeFile("/data/made", "hi")\nstd.loadFile("/data/made")\nconst m = await import("/data/five.js")\nm.five\n' --mount "/data=$dir/data"
has "a mount" "'hi'" "$dir/out"
has "a module from it" 5 "$dir/out"
is "no history from a pipe" "" "$(ls -A "$dir/state" 2> /dev/null)"

# hostile guests
esc=$(printf '\033')
harmless()
{
    repl "$2\n"
    nchecks=$((nchecks + 1))
    if grep -q "$esc" "$dir/out" "$dir/err" || LC_ALL=C grep -q "$(printf '\302\233')" "$dir/out" "$dir/err"; then
        fail "$1: an escape sequence came through" "$(cat -v "$dir/out" "$dir/err")"
    fi
}
harmless "a string" '"\\x1b[31m\\x9b31m"'
harmless "a key" '({ "\\x1b[31m": 1, "\\x9bA": 2 })'
harmless "a symbol" 'Symbol("\\x1b[31m")'
harmless "a function" 'Object.defineProperty(() => {}, "name", { value: "\\x1b[31m" })'
harmless "a class" 'const C = class {}; Object.defineProperty(C, "name", { value: "\\x1b[2J" }); new C'
harmless "a tag" '({ [Symbol.toStringTag]: "\\x1b[31m" })'
harmless "an error" 'throw new Error("\\x1b[31m\\x9b31m")'
harmless "an error of another name" 'const e = new Error(); e.name = "\\x1b[31m"; throw e'
harmless "a stack" 'const e = new Error(); e.stack = "\\x1b[31m"; throw e'
harmless "an error as a value" 'const e = new Error("\\x1b"); e.stack = "\\x1b[31m"; e'
harmless "a thrown value" 'throw { "\\x1b[31m": "\\x1b[31m" }'
harmless "a regular expression" 'new RegExp("\\x1b[3]1m")'
harmless "a cause" 'throw new Error("a", { cause: "\\x1b[31m" })'
repl '"\\u202e\\u2066\\u200f"\n'
is "characters that reorder the line" "'\\u202e\\u2066\\u200f'" "$(out)"
repl 'Array.prototype.push = Array.prototype.join = Object.keys = Object.getOwnPropertyDescriptor = Reflect.ownKeys = JSON.stringify = String.prototype.slice = () => { throw 1 }; Object.defineProperty(Array.prototype, 0, { set() { throw 2 }, configurable: true }); Object.prototype.get = 1; Object.prototype.value = 2; delete Map.prototype.forEach; 0\n({ a: ["x"], get b() {} })\nnew Map([[1, 2]])\n'
is "a patched realm" "0 { a: [ 'x' ], b: [Getter] } Map(1) { 1 => 2 } " "$(out | tr '\n' ' ')"
repl 'globalThis.qjspoolRepl = () => "lies"; var qjspoolRepl = 3; delete globalThis.qjspoolRepl; 5\n'
is "what shows values cannot be replaced" 5 "$(out)"
repl 'const p = new Proxy({}, { ownKeys() { throw 1 }, getOwnPropertyDescriptor() { throw 2 }, getPrototypeOf() { for (;;) {} } }); p\nObject.setPrototypeOf({ a: 1 }, p)\n[Object.create(p)]\n'
has "a proxy" "[Proxy]" "$dir/out"
is "a proxy as a prototype" 0 "$code"
repl 'let d = {}; for (let i = 0; i < 1e5; i++) d = { d }; d\nlet w = []; for (let i = 0; i < 2e5; i++) w.push({ i }); w\n'
is "deep and wide" 0 "$code"
repl 'const t = new Proxy({}, { get() { throw 1 } }); t.then\n1\n'
has "a trap that throws" "Uncaught 1" "$dir/err"
is "and then it goes on" 1 "$(out)"
repl 'var keep = 7\nfor (;;) {}\nkeep\n' --timeout 200ms
has "an endless loop" TimeoutError "$dir/err"
is "the state stays" 7 "$(out)"
repl 'var keep = 7\nconst bomb = []; for (;;) bomb.push(new Array(1000).fill(0))\n[1, 2]\n1 + 1\n' --memory 8m
has "a memory bomb" MemoryLimitError "$dir/err"
is "and then it goes on" 2 "$(out | tail -n 1)"
has "and says that the state is gone" "a new one has begun" "$dir/err"
repl 'new Array(1e9) + ""\n1 + 1\n' --timeout 200ms --memory 1g
is "a loop in the engine's C: it goes on" 2 "$(out | tail -n 1)"
has "and says that the state is gone" "a new one has begun" "$dir/err"
repl 'Error.prepareStackTrace = () => { for (;;) {} }; 0\nnew Error("x")\n1 + 1\n' --timeout 200ms
is "stacks of the guest's own" 2 "$(out | tail -n 1)"

conclude
