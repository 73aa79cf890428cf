#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qjspool run: order, mixtures, files that cannot be read, bounded windows, signals.
. "$(dirname "$0")/lib.sh"
work=$dir/work
mkdir "$work"
cd "$work" || exit 1

echo '1 + 1' > good.js
echo 'await new Promise(done => setTimeout(done, 300)); "slow"' > slow.js
echo 'throw new RangeError("no")' > bad.js
echo 'for (;;) {}' > loop.js
echo 'const a = []; for (;;) a.push(new Array(1000).fill(0))' > bomb.js
echo 'export const a = [1]; console.log("from a module")' > module.js
echo 'globalThis.leak = 1; Object.prototype.evil = 1; 0' > leak.js
echo 'String(globalThis.leak) + ({}).evil' > look.js

# What a line says, without its time.
lines()
{
    sed 's/,"ms":[0-9.]*}$/}/' "$dir/out"
}

run run slow.js good.js module.js
is "all well: exit code" 0 "$code"
is "order is kept" '{"file":"slow.js","ok":true,"value":"slow"}
{"file":"good.js","ok":true,"value":2}
{"file":"module.js","ok":true,"value":{"a":[1]}}' "$(lines)"
has "the console" "from a module" "$dir/err"
has "the summary" "3 ok, 0 failed in " "$dir/err"
is "a time on each line" 3 "$(grep -c '"ms":[0-9][0-9.]*}$' "$dir/out")"
is "each line is JSON" 3 "$(jq -c .ok < "$dir/out" | grep -c true)"

run run --timeout 5s --memory 16m loop.js good.js bad.js bomb.js good.js
is "a mixture: exit code" 1 "$code"
is "a mixture: each on its own" 'TimeoutError good RangeError MemoryLimitError good ' \
    "$(jq -r 'if .ok then "good" else .error.name end' < "$dir/out" | tr '\n' ' ')"
has "a mixture: the summary" "2 ok, 3 failed" "$dir/err"
has "an error has a message and a stack" '"message":"no","stack":"' "$dir/out"

run run -j1 leak.js look.js leak.js look.js
is "a clean realm for each" '"undefinedundefined"' "$(jq -c 'select(.file == "look.js").value' < "$dir/out" | sort -u)"
run run -j1 --isolation worker leak.js look.js
is "unless told otherwise" '"11"' "$(jq -c 'select(.file == "look.js").value' < "$dir/out")"

run run good.js missing.js good.js
is "a file that is not there: exit code" 3 "$code"
is "a file that is not there" '{"file":"missing.js","ok":false,"error":{"name":"InputError","message":"No such file or directory"}}' \
    "$(lines | sed -n 2p)"
run run .
is "a folder: exit code" 3 "$code"
run run bad.js missing.js
is "both kinds of failure: exit code" 3 "$code"
echo '"from stdin"' | "$qjspool" run good.js - > "$dir/out" 2> "$dir/err"
is "standard input is a file, too" '{"file":"-","ok":true,"value":"from stdin"}' "$(lines | tail -n 1)"
name=$(printf 'a"b\\\377.js')
echo 3 > "$name"
run run "./$name"
is "a name that wants quotes" '{"file":"./a\"b\\�.js","ok":true,"value":3}' "$(lines)"
echo 'let v = 1; for (let i = 0; i < 60; i++) v = [v, v]; v' > twice.js
run run twice.js good.js
is "a value that repeats itself 2^60 times: exit code" 1 "$code"
is "and the rest goes on" 'ResultTooLargeError
2' "$(jq '.error.name // .value' -r < "$dir/out")"

# many files, a small window
mkdir many
i=0
while [ $i -lt 3000 ]; do
    echo "$i" > many/$i.js
    i=$((i + 1))
done
seq 0 2999 > want
( cd many && seq -f '%g.js' 0 2999 | xargs -n 4000 "$qjspool" run > "$dir/out" 2> "$dir/err" )
is "3,000 files in order" 0 "$(jq .value < "$dir/out" | cmp - want; echo $?)"
( cd many && seq -f '%g.js' 0 2999 | xargs -n 4000 "$qjspool" run --queue 3 > "$dir/out" 2> "$dir/err" )
is "3,000 files through a queue of 3" 0 "$(jq .value < "$dir/out" | cmp - want; echo $?)"

# large results that wait for a slow first one are not all held
echo '"x".repeat(4 << 20)' > large.js
echo 'await new Promise(done => setTimeout(done, 1500)); 1' > first.js
files=first.js
i=0
while [ $i -lt 60 ]; do
    files="$files large.js"
    i=$((i + 1))
done
# shellcheck disable=SC2086 # words
below "240 MB of results" 204800 "$qjspool" run $files

# a signal in the middle
"$qjspool" run -j2 --timeout 0 good.js loop.js good.js loop.js good.js > "$dir/out" 2> "$dir/err" &
pid=$!
sleep 0.5
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
is "interrupted: exit code" 130 "$code"
is "interrupted: what was done is printed" 'good.js good.js ' "$(jq -r .file < "$dir/out" | tr '\n' ' ')"
has "interrupted: the rest is counted" "3 of 5 files cancelled" "$dir/err"

code=0
( cd many && seq -f '%g.js' 0 2999 | xargs -n 4000 "$qjspool" run 2> "$dir/err"; echo $? > "$dir/code" ) | head -n 1 > "$dir/out"
is "the reader goes away: the first line" '{"file":"0.js","ok":true,"value":0}' "$(lines)"
is "the reader goes away: nothing is said" "" "$(err)"
conclude
