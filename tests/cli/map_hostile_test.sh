#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qjspool map: one record in the middle that hangs, eats memory or breaks things; everybody
# else's results are what they would be without it.
. "$(dirname "$0")/lib.sh"
cd "$dir" || exit 1

n=3000
bad=1234 # line of the hostile record
{ seq 1 $((bad - 1)); echo '"now"'; seq $((bad + 1)) $n; } > in
{ seq 1 $((bad - 1)); seq $((bad + 1)) $n; } > want

# hostile NAME ERROR CODE OPTION...: the record runs CODE, and fails alone with ERROR
hostile()
{
    name=$1
    error=$2
    body=$3
    shift 3
    run map -e "r => { if (r !== 'now') return r; $body }" --on-error emit "$@" in
    is "$name: exit code" 0 "$code"
    is "$name: it fails, in its place" "$bad $error" \
        "$(sed -n ${bad}p out | jq -r '"\(.line) \(.error.name)"')"
    is "$name: nobody else" 0 "$(sed ${bad}d out | cmp - want; echo $?)"
    run map -e "r => { if (r !== 'now') return r; $body }" "$@" in
    is "$name: fail stops there" "1 $((bad - 1))" "$code $(wc -l < out)"
    has "$name: and says where" "in:$bad: $error: " err
}

for isolation in worker task; do
    set -- --isolation $isolation --timeout 1s
    hostile "endless loop" TimeoutError 'for (;;) {}' "$@"
    hostile "endless waiting" TimeoutError 'return new Promise(done => setTimeout(done, 1e9))' "$@"
    hostile "a loop that does not poll" TimeoutError 'return /(a*)*b/.test("a".repeat(40))' "$@"
    hostile "endless recursion" RangeError 'function f() { return f() + 1 } return f()' "$@"
    set -- --isolation $isolation --timeout 20s --memory 8m
    hostile "memory bomb" MemoryLimitError 'const a = []; for (;;) a.push(new Array(999).fill(1))' "$@"
    hostile "one huge string" MemoryLimitError 'return "x".repeat(100 << 20) + 1' "$@"
done

# What a record does to its realm is its own business with a realm for each record.
patch='
    if (r === "now") {
        Object.prototype.toJSON = () => "gotcha";
        Object.prototype.then = done => done("gotcha");
        JSON.parse = JSON.stringify = () => "gotcha";
        Array.prototype.push = Promise.prototype.then = () => "gotcha";
        Object.defineProperty(Array.prototype, 0, { set() { throw "gotcha" } });
        globalThis.qjspoolMap = () => ["gotcha"];
        throw new Error("patched");
    }'
run map -e "r => { $patch return { r } }" --isolation task --on-error skip in
is "patched prototypes, a realm each" 0 "$(jq .r < out | cmp - want; echo $?)"
# In a shared one the driver still stands; what others see there is what that record left.
run map -j1 -e "r => { $patch return r }" --on-error skip in
is "patched prototypes, shared realm: exit code" 0 "$code"
is "patched prototypes, shared realm: numbers pass through" 0 "$(cmp out want; echo $?)"
run map -j1 -e "async r => { $patch return r }" --on-error skip in
is "patched prototypes, shared realm, promises: exit code" 0 "$code"
is "patched prototypes, shared realm, promises" 0 "$(cmp out want; echo $?)"
run map -j1 -e 'r => { if (r === "now") qjspoolMap = 1; return r }' in
is "the driver cannot be replaced" "0 $n" "$code $(wc -l < out)"

# Several of them, and a function that is slow besides: each record has the time limit for itself.
{ seq 1 20; echo '"now"'; seq 21 40; echo '"now"'; seq 41 60; } > several
run map -j2 --timeout 200ms --on-error skip several \
    -e 'async r => { await new Promise(done => setTimeout(done, 20)); for (; r === "now";); return r }'
is "slow and hostile: exit code" 0 "$code"
is "slow and hostile: the others" 0 "$(seq 1 60 | cmp - out; echo $?)"
has "slow and hostile: the first" "several:21: TimeoutError" err
has "slow and hostile: the second" "several:42: TimeoutError" err

run map --timeout 1s --on-error skip --unordered -e 'r => { while (r === "now"); return r }' in
is "unordered" 0 "$(sort -n out | cmp - want; echo $?)"

echo '"x"' > one
run map --timeout 1s --on-error skip -e 's => console.log("\u001b[2J" + s.repeat(1e6))' one
is "console output is bounded" 1 "$([ "$(wc -c < err)" -lt 200000 ]; echo $((1 - $?)))"
conclude
