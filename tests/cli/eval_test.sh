#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qjspool eval: values, errors, formats, where code comes from.
. "$(dirname "$0")/lib.sh"

# value CODE WANT: what it prints
value()
{
    run eval "$1"
    is "$1" "0 $2" "$code $(out)$(err)"
}

value '6 * 7' 42
value '"a\nb"' '"a\nb"'
value '({a: [1, null, undefined], b: {}})' '{"a":[1,null,null],"b":{}}'
value 'undefined' null
value 'const x = await Promise.resolve(3); x + 1' 4
value 'new Promise(done => setTimeout(() => done("late"), 5))' '"late"'
value 'export const a = 1; export default 2' '{"a":1,"default":2}'
value '10n ** 20n' '"100000000000000000000"'
value 'const o = {}; o.self = o; o' '{"self":"[Circular]"}'
value '"\u00e4\ud83d\ude00"' '"ä😀"'
value 'typeof fetch + typeof process + typeof require' '"undefinedundefinedundefined"'

run eval --format text 'new Map([[1, { two: 3n }]])'
is "text" "Map(1) { 1 => { two: 3n } }" "$(out)"
run eval --format text '"as it is"'
is "text of a string" "as it is" "$(out)"
run eval --format cbor '[1, "a"]'
is "cbor" "82 01 61 61" "$(od -An -tx1 "$dir/out" | tr -s ' ' | sed 's/^ //;s/ $//')"

run eval 'throw new TypeError("no")'
is "an exception: exit code" 1 "$code"
is "an exception: nothing on stdout" "" "$(out)"
is "an exception: its first line" "TypeError: no" "$(head -n 1 "$dir/err")"
has "an exception: where" "eval.js:1" "$dir/err"
run eval 'throw "bare"'
is "a thrown string" "1 Error: bare" "$code $(err)"
run eval '1 +'
is "a syntax error: exit code" 1 "$code"
has "a syntax error" "SyntaxError: " "$dir/err"
run eval 'await new Promise(() => {})'
is "a promise that nobody settles: exit code" 1 "$code"
has "a promise that nobody settles" "DeadlockError: " "$dir/err"
run eval '(() => {})'
has "a function has no bytes" "DataCloneError: " "$dir/err"
run eval --timeout 100ms 'for (;;) {}'
is "an endless loop: exit code" 1 "$code"
has "an endless loop" "TimeoutError: " "$dir/err"
run eval --timeout 100ms 'await new Promise(done => setTimeout(done, 1e6))'
has "waiting counts" "TimeoutError: " "$dir/err"
run eval --memory 8m 'const a = []; for (;;) a.push(new Array(1000).fill(0))'
is "a memory bomb: exit code" 1 "$code"
has "a memory bomb" "MemoryLimitError: " "$dir/err"
run eval 'function f() { f(); } f()'
has "endless recursion" "RangeError: " "$dir/err"
run eval 'let v = 1; for (let i = 0; i < 60; i++) v = [v, v]; v'
is "a value that repeats itself 2^60 times: exit code" 1 "$code"
is "and nothing of it is printed" "" "$(out)"

run eval 'console.log("one", { a: 1 }); console.error("two %d", 2); 3'
is "the console is not the value" 3 "$(out)"
is "the console" "one { a: 1 } two 2" "$(err | tr '\n' ' ' | sed 's/ $//')"

echo 'await 20 + 2' > "$dir/code.js"
code=0
"$qjspool" eval < "$dir/code.js" > "$dir/out" 2>&1 || code=$?
is "standard input" "0 22" "$code $(out)"
"$qjspool" eval - < "$dir/code.js" > "$dir/out" 2>&1
is "standard input by name" 22 "$(out)"
run eval --file "$dir/code.js"
is "a file" 22 "$(out)"
printf 'let a = 1;\nthrow new Error("x")' > "$dir/bad.js"
run eval -f "$dir/bad.js"
has "a file is named in the stack" "bad.js:2" "$dir/err"
run eval -f "$dir/missing.js"
is "a file that is not there: exit code" 3 "$code"
has "a file that is not there" "cannot read $dir/missing.js: No such file" "$dir/err"
run eval -- -1
is "after -- all is code" -1 "$(out)"

run eval --globals '{"name": "Ada", "n": [1, 2]}' 'name + n.length'
is "globals" '"Ada2"' "$(out)"
run eval --globals '[1]' '1'
is "globals that are no object: exit code" 2 "$code"
run eval --globals '{"a":' '1'
is "globals that are no JSON: exit code" 2 "$code"
has "globals that are no JSON" "--globals is not a JSON object" "$dir/err"
echo 'const helper = x => x * 2; globalThis.seen = 1' > "$dir/boot.js"
run eval --bootstrap "$dir/boot.js" 'helper(21) + seen'
is "bootstrap" 43 "$(out)"
echo 'throw new Error("boot")' > "$dir/boot.js"
run eval --bootstrap "$dir/boot.js" '1'
is "a bootstrap that throws: exit code" 1 "$code"
has "a bootstrap that throws" "boot" "$dir/err"
run eval --bootstrap "$dir/missing.js" 1
is "no bootstrap: exit code" 3 "$code"

run eval --seed 7 '[Math.random(), crypto.randomUUID()]'
first=$(out)
run eval --seed 7 '[Math.random(), crypto.randomUUID()]'
is "a seed" "$first" "$(out)"
run eval --seed 8 '[Math.random(), crypto.randomUUID()]'
is "another seed" 1 "$([ "$first" = "$(out)" ]; echo $?)"
run eval --clock 2026-01-31T12:00:00Z 'new Date().toISOString()'
is "a clock" '"2026-01-31T12:00:00.000Z"' "$(out)"
run eval --clock 2026-01-31T12:00:00.25+01:30 'Date.now() === Date.UTC(2026, 0, 31, 10, 30, 0, 250)'
is "a clock with an offset" true "$(out)"
run eval --clock 1000 'Date.now()'
is "a clock in milliseconds" 1000 "$(out)"

run eval --stats -v 1
has "statistics" "submitted" "$dir/err"
has "verbose" "computed" "$dir/err"
is "neither is on stdout" 1 "$(out)"

"$qjspool" eval --timeout 0 'for (;;) {}' 2> "$dir/err" &
pid=$!
sleep 0.3
kill -INT "$pid"
code=0
wait "$pid" || code=$?
is "interrupted: exit code" 130 "$code"
has "interrupted" "interrupted" "$dir/err"
code=0
"$qjspool" eval '"x".repeat(1e6)' 2> "$dir/err" > /dev/full || code=$?
is "no space: exit code" 3 "$code"
has "no space" "cannot write: No space left" "$dir/err"
conclude
