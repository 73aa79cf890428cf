#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Measures what docs/benchmarks.md tells, both sides of each ratio in one run, and writes the tables
# there. Takes about two minutes; leave the machine alone meanwhile. The parts about the npm package
# are build/bench-node.md and build/bench-browser.md, which bench/node/run.mjs and
# bench/browser/run.mjs write (`make bench` runs those first).
#
#   scripts/bench.sh [BUILD_DIR]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}
work=build/bench
mkdir -p "$work"

say() { echo "$*" >&2; }

# median of the numbers on standard input
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# wall COMMAND...: milliseconds of wall time, median of five
wall()
{
    for _ in 1 2 3 4 5; do
        local begin end
        begin=$(date +%s%N)
        "$@" >/dev/null
        end=$(date +%s%N)
        echo $(((end - begin) / 10000)) | awk '{ print $1 / 100 }'
    done | median
}

row() { printf '%-48s %12.2f %s\n' "$1" "$2" "$3"; }

cold_start()
{
    row "qjspool eval 1+1, cold" "$(wall "$build/qjspool" eval 1+1)" ms
    if command -v node >/dev/null; then
        row "node -p 1+1, cold" "$(wall node -p 1+1)" ms
    fi
}

# The packages of tests/npm, of which lodash-es is one.
module_times()
{
    mkdir -p build/npm
    cp tests/npm/package.json tests/npm/package-lock.json tests/npm/.npmrc build/npm
    scripts/setup-node build/npm
    "$build/bench_modules_bench" build/npm
}

map_rates()
{
    local n=1000000 file=$work/short.ndjson ms
    [ -s "$file" ] || seq "$n" | awk '{ print "{\"n\":" $1 ",\"s\":\"abc\"}" }' >"$file"
    ms=$(wall "$build/qjspool" map -j 2 -e 'r => r.n' "$file")
    row "qjspool map -j 2, shared realm" "$(awk -v n=$n -v ms="$ms" 'BEGIN { print n / ms }')" "k records/s"
    head -n 200000 "$file" >"$work/fewer.ndjson"
    ms=$(wall "$build/qjspool" map -j 2 --isolation task -e 'r => r.n' "$work/fewer.ndjson")
    row "qjspool map -j 2, clean realm for each record" "$(awk -v ms="$ms" 'BEGIN { print 200000 / ms }')" "k records/s"
    if command -v jq >/dev/null; then
        ms=$(wall jq -c .n "$file")
        row "jq -c .n" "$(awk -v n=$n -v ms="$ms" 'BEGIN { print n / ms }')" "k records/s"
    fi
    if command -v node >/dev/null; then
        ms=$(wall node -e 'require("readline").createInterface({ input: require("fs").createReadStream(process.argv[1]) }).on("line", l => { process.stdout.write(JSON.stringify(JSON.parse(l).n) + "\n") })' "$file")
        row "node, readline + JSON.parse (no sandbox)" "$(awk -v n=$n -v ms="$ms" 'BEGIN { print n / ms }')" "k records/s"
    fi
}

section()
{
    say "$1"
    printf '## %s\n\n```\n' "$1"
    shift
    "$@" | tee /dev/stderr
    printf '```\n\n'
}

machine()
{
    printf '%s, %s cores, %s. ' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
        "$(nproc)" "$(. /etc/os-release && echo "$PRETTY_NAME")"
    "$build/qjspool" --version | head -1
}

{
    printf '# Benchmarks\n\nWritten by `make bench` on %s: ' "$(date +%F)"
    machine
    printf '\nMedians; both sides of a ratio come from the same run.\n\n'
    section "One isolate" "$build/bench_isolate_bench"
    section "A pool" "$build/bench_pool_bench"
    section "Modules from files" module_times
    section "The command line, cold" cold_start
    section "A million short lines through map" map_rates
    [ ! -f docs/benchmarks.notes.md ] || cat docs/benchmarks.notes.md
    for part in build/bench-node.md build/bench-browser.md; do
        [ ! -f $part ] || { echo && cat $part; }
    done
} >"$work/benchmarks.md"
mv "$work/benchmarks.md" docs/benchmarks.md
say "docs/benchmarks.md is written"
