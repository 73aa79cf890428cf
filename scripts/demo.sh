#!/bin/sh
# SPDX-License-Identifier: MIT
# A real job on real data: every package of this machine's package index is parsed and scored by a
# script, on one worker and on all; then the same among hostile records.
#
#     scripts/demo.sh QJSPOOL [FOLDER]
set -eu

qjspool=$1
work=${2:-build/demo}
here=$(dirname "$0")/..
cores=$(nproc)
data=$work/packages.ndjson
mkdir -p "$work"

bold() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
fail() { echo "demo: $*" >&2; exit 1; }

# One JSON line for each stanza of the package index.
stanzas() {
    apt-cache dumpavail | awk '
        BEGIN { RS = ""; for (i = 1; i < 32; i++) c[sprintf("%c", i)] = sprintf("\\u%04x", i) }
        {
            gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); gsub(/\n/, "\\n"); gsub(/\t/, "\\t")
            while (match($0, /[\001-\010\013\014\016-\037]/))
                $0 = substr($0, 1, RSTART - 1) c[substr($0, RSTART, 1)] substr($0, RSTART + 1)
            print "{\"stanza\":\"" $0 "\"}"
        }'
}

make_data() {
    command -v apt-cache >/dev/null || fail "needs Debian's apt-cache for its data"
    stanzas > "$data.new"
    if [ "$(wc -l < "$data.new")" -lt 50000 ]; then
        echo "  the package lists are not here yet: apt-get update"
        apt-get update -qq || fail "apt-get update failed: run it as root, then again"
        stanzas > "$data.new"
    fi
    [ "$(wc -l < "$data.new")" -ge 50000 ] || fail "fewer than 50,000 packages in the index"
    mv "$data.new" "$data"
}

milliseconds() { date +%s%3N; }

# Runs a map and leaves its wall time in $took.
timed() {
    out=$1
    shift
    begin=$(milliseconds)
    "$qjspool" map "$@" > "$out" # shows its progress on a terminal
    took=$(($(milliseconds) - begin))
    [ "$took" -gt 0 ] || took=1
}

rate() { awk -v n="$1" -v ms="$2" 'BEGIN { printf "%d", n * 1000 / ms }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

bold "1. The data: this machine's package index, one JSON line for each package"
[ -s "$data" ] || make_data
records=$(wc -l < "$data")
printf '  %d records, %d MB\n' "$records" "$(($(wc -c < "$data") / 1000000))"

bold "2. The script: examples/demo/score.js parses, groups and scores each of them"
timed "$work/one" -j 1 -f "$here/examples/demo/score.js" "$data"
one=$took
timed "$work/all" -j "$cores" -f "$here/examples/demo/score.js" "$data"
all=$took
timed "$work/clean" -j "$cores" --isolation task -f "$here/examples/demo/score.js" "$data"
clean=$took
cmp -s "$work/one" "$work/all" && cmp -s "$work/all" "$work/clean" || fail "the three runs differ"

printf '  %-44s %9s %12s %9s\n' run seconds records/s speed-up
show() {
    printf '  %-44s %9s %12s %8sx\n' "$1" "$(ratio "$2" 1000)" "$(rate "$records" "$2")" \
        "$(ratio "$one" "$2")"
}
show "1 worker" "$one"
show "$cores workers" "$all"
show "$cores workers, a clean realm for each record" "$clean"
echo "  The three outputs are the same, byte for byte."
awk -v s="$all" -v c="$clean" -v n="$records" -v j="$cores" 'BEGIN {
    printf "  A clean realm costs %.1f microseconds of a worker for each record.\n",
        (c - s) * 1000 * j / n }'

bold "3. The result: sections whose packages pull in the most"
awk '{
    match($0, /"section":"[^"]*"/); s = substr($0, RSTART + 11, RLENGTH - 12)
    match($0, /"score":[-0-9.]*/); v = substr($0, RSTART + 8, RLENGTH - 8)
    n[s]++; t[s] += v
} END { for (s in n) if (n[s] >= 100) printf "%8.2f %6d  %s\n", t[s] / n[s], n[s], s }' "$work/all" |
    sort -rn | head -8 |
    awk 'BEGIN { printf "  %-16s %8s %8s\n", "section", "packages", "score" }
         { bar = ""; for (i = 0; i < $1 / 1.5; i++) bar = bar "#"
           printf "  %-16s %8d %8.2f  %s\n", $3, $2, $1, bar }'

bold "4. Hostile records: 1,000 formulas of strangers, four of them attacks"
awk 'BEGIN { for (i = 1; i <= 1000; i++) {
    f = "Math.round(Math.sqrt(" i ") * 100) / 100"
    if (i == 100) f = "for (;;) {}"
    if (i == 300) f = "const a = []; for (;;) a.push(new Uint8Array(1e6))"
    if (i == 500) f = "Array.prototype.map = Math.sqrt = JSON.stringify = () => 666; 1"
    if (i == 700) f = "(function f() { f() })()"
    print "{\"n\":" i ",\"formula\":\"" f "\"}" } }' > "$work/formulas.ndjson"
"$qjspool" map --no-progress -j "$cores" --isolation task --timeout 500 --on-error emit \
    -e 'r => ({ n: r.n, value: (0, eval)(r.formula) })' "$work/formulas.ndjson" > "$work/formulas.out" || true
awk '{
    want = sprintf("%.2f", int(sqrt(NR) * 100 + 0.5) / 100)
    sub(/0+$/, "", want); sub(/\.$/, "", want)
    if (NR == 100 || NR == 300 || NR == 500 || NR == 700) { printf "  record %d: %s\n", NR, substr($0, 1, 110); next }
    if ($0 == "{\"n\":" NR ",\"value\":" want "}") right++
} END { printf "  %d of the 996 others are right.\n", right; exit right != 996 || NR != 1000 }' \
    "$work/formulas.out" || fail "an attack reached another record"
