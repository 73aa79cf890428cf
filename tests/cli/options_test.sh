#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The command line itself: help, slips, units.
. "$(dirname "$0")/lib.sh"

# slip WANT ARGUMENT...: exit code 2, the message, a hint, nothing on stdout
slip()
{
    want=$1
    shift
    run "$@"
    is "$*: exit code" 2 "$code"
    has "$*" "$want" "$dir/err"
    has "$*: hint" "--help'." "$dir/err"
    is "$*: stdout" "" "$(out)"
}

slip "which command?"
slip "there is no command 'evil'; did you mean 'eval'?" evil
slip "there is no command nothing" nothing
slip "did you mean 'json'?" eval --format jsn 1
slip "there is no option '--helf'; did you mean '--help'?" --helf
slip "there is no option '--timout'; did you mean '--timeout'?" eval --timout 3 1
slip "there is no option '--mem'; did you mean '--memory'?" run --mem=3m x.js
slip "there is no option '--unordered'" eval --unordered 1
slip "there is no option '-z'" map -z
slip "--timeout needs a value" eval --timeout
slip "--timeout takes a time such as 500ms, 2s or 1m, not 'soon'" eval --timeout soon 1
slip "--timeout takes a time" eval --timeout -1 1
slip "--timeout takes a time" eval --timeout 1e3 1
slip "--timeout takes a time" eval --timeout= 1
slip "--memory takes a size such as 512k, 64m or 1g, not '64x'" eval --memory 64x 1
slip "--memory is at least 1 MiB" eval --memory 10k 1
slip "--jobs takes a number from 1, not '0'" run -j0 x.js
slip "--jobs takes a number from 1, not 'two'" run -j two x.js
slip "--stats takes no value" eval --stats=yes 1
slip "--format is one of: json, text, cbor; not 'xml'" eval --format xml 1
slip "--isolation is one of: task, worker; not 'none'" map --isolation none -e 'r => r'
slip "--on-error is one of: fail, skip, emit; not 'ignore'" map --on-error ignore -e 'r => r'
slip "--clock takes" eval --clock yesterday 1
slip "--clock takes" eval --clock 2026-13-01 1
slip "--seed takes a number" eval --seed -3 1
slip "--mount takes /PATH=DIR, /PATH=DIR:ro or /PATH=memory[:SIZE], not '/data'" eval --mount /data 1
slip "--mount takes /PATH=DIR" eval --mount /data= 1
slip "--mount takes an absolute path without dots or a slash at its end, not 'data=.'" eval --mount data=. 1
slip "--mount takes an absolute path" eval --mount /a/../b=. 1
slip "--mount takes an absolute path" eval --mount /a/=memory 1
slip "--mount takes an absolute path" eval --mount =memory 1
slip "--mount takes a size of a memory" eval --mount /a=memory:x 1
slip "--mount takes a size of a memory" eval --mount /a=memory:0 1
slip "--mount takes each path once" eval --mount /a=memory --mount /a=. 1
slip "no function given" map
slip "one function at a time" map -e 'r => r' -f x.js
slip "no files given" run
run eval 1 2
is "two pieces of code" 2 "$code"

# help WORD ARGUMENT...: exit code 0, the word on stdout
help()
{
    want=$1
    shift
    run "$@"
    is "$*: exit code" "0" "$code$(err)"
    has "$*" "$want" "$dir/out"
}

help "Commands:" --help
help "Commands:" -h
help "Commands:" help
help "6 * 7" eval --help
help "--file FILE" eval -h
help "Ctrl-C" repl --help
help "a line" run --help
help "--on-error MODE" map --help
help "--on-error MODE" help map
help "Exit codes:" map --help
help "qjspool 0" --version
help "qjspool 0" map -V
is "help fits on 100 columns" 0 "$("$qjspool" map --help | awk 'length > 100' | wc -l)"

for time in 500 500ms 0.5s; do
    run eval --timeout $time 'for (;;) {}'
    has "--timeout $time" "TimeoutError" "$dir/err"
done
for size in 8m 8MB 8MiB 8388608 8192k; do
    run eval -m $size 'new Uint8Array(9 << 20).length'
    is "--memory $size" "1 " "$code $(out)"
done
run eval --timeout=2s -vm16m 1
is "letters together with a value behind them" 0 "$code"
code=0
"$qjspool" --help > /dev/full 2> /dev/null || code=$?
is "help that cannot be written" 3 "$code"
conclude
