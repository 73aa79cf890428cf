#!/bin/sh
# SPDX-License-Identifier: MIT
#
# qjspool map as a filter: long streams, slow readers, slow writers, signals.
. "$(dirname "$0")/lib.sh"
cd "$dir" || exit 1

seq 1 1000000 > million
awk '{ print $1 * 2 }' million > want

run map -e 'n => n * 2' million
is "a million records in order" 0 "$(cmp out want; echo $?)"
run map --unordered -e 'n => n * 2' million
is "a million records in any order" 0 "$(sort -n out | cmp - want; echo $?)"
run map --queue 1 -e 'n => n * 2' million
is "a queue of one" 0 "$(cmp out want; echo $?)"

# ---- memory ----

head -n 20000 million > few
below "memory does not follow the input" 65536 \
    "$qjspool" map -j2 -e 'n => ({ n, s: "x".repeat(50) })' million
# the first record holds everybody else's megabytes up
below "memory does not follow a slow record" 204800 \
    "$qjspool" map -j2 few \
    -e 'n => n > 1 ? "x".repeat(2e4) : new Promise(done => setTimeout(done, 2000))'

# ---- a reader that is slow, or gone ----

mkfifo pipe
"$qjspool" map -e 'n => n * 2' million > pipe &
pid=$!
exec 3< pipe
sleep 1
read=$(awk '/^rchar/ { print $2 }' "/proc/$pid/io")
is "nobody reads the output: reading stops ($read bytes)" 1 "$([ "$read" -lt 6000000 ]; echo $((1 - $?)))"
cat <&3 > out
exec 3<&-
code=0
wait "$pid" || code=$?
is "and goes on: exit code" 0 "$code"
is "and nothing is lost" 0 "$(cmp out want; echo $?)"

{ "$qjspool" map -e 'n => n * 2' million 2> err; echo $? > code; } | head -n 1 > out
is "a reader that goes away" "2 3" "$(cat out code | tr '\n' ' ' | sed 's/ $//')"
is "a reader that goes away: nothing is said" "" "$(err)"
code=0
"$qjspool" map -e 'n => n' million > /dev/full 2> err || code=$?
is "no space: exit code" 3 "$code"
has "no space" "cannot write: No space left" err

# ---- descriptors that are closed ----

code=0
timeout 20 "$qjspool" map -e 'n => n' <&- > out 2> err || code=$?
is "no standard input: exit code" 3 "$code"
has "no standard input" "cannot read stdin: Bad file descriptor" err
code=0
timeout 20 "$qjspool" map -e 'n => n' few >&- 2> err || code=$?
is "no standard output: exit code" 3 "$code"
code=0
timeout 20 "$qjspool" map -e 'n => n' few > out 2>&- || code=$?
is "no standard error" "0 20000" "$code $(wc -l < out)"

# ---- a writer that is slow ----

# Each line is answered before the next is sent, without waiting for a batch to fill.
mkfifo to from
"$qjspool" map -e 'n => n + 1' < to > from &
pid=$!
exec 4> to 5< from
n=0
while [ $n -lt 20 ]; do
    echo $n >&4
    read -r n <&5
done
printf '%s' "$n" >&4
exec 4>&-
read -r n <&5
exec 5<&-
wait "$pid"
is "a conversation line by line" 21 "$n"

# ---- signals ----

"$qjspool" map -j2 -e 'async n => { await new Promise(done => setTimeout(done, 2)); return n * 2 }' \
    million > out 2> err &
pid=$!
sleep 1.5
kill -INT "$pid"
code=0
wait "$pid" || code=$?
done=$(wc -l < out)
is "interrupted: exit code" 130 "$code"
is "interrupted: some is done" 1 "$([ "$done" -gt 0 ] && [ "$done" -lt 1000000 ]; echo $((1 - $?)))"
is "interrupted: what is printed is whole and in order" 0 "$(head -n "$done" want | cmp - out; echo $?)"
has "interrupted: up to where" "done, up to million:$done;" err
has "interrupted: the rest is counted" " cancelled" err

# with the output blocked, too
"$qjspool" map -e 'n => n * 2' million > pipe 2> err &
pid=$!
exec 3< pipe
sleep 0.5
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
exec 3<&-
is "interrupted while nobody reads: exit code" 130 "$code"

"$qjspool" map --timeout 0 -e 'n => { for (;;); }' few > out 2> err &
pid=$!
sleep 0.5
kill -INT "$pid"
kill -INT "$pid" 2> /dev/null
code=0
wait "$pid" || code=$?
is "twice: exit code" 130 "$code"
conclude
