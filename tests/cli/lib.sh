# SPDX-License-Identifier: MIT
#
# What the tests of the command share; sourced. The command is $QJSPOOL, or the first argument.
#
#   run ARGUMENT...        runs it; its output is in $dir/out and $dir/err, its exit code in $code
#   is NAME WANT GOT       checks one thing; prints both when they differ
#   has NAME TEXT FILE     a line of the file contains the text
#   below NAME LIMIT COMMAND...  the command never has LIMIT KiB resident
#   conclude               ends the test
qjspool=${QJSPOOL:-${1:?the command: as QJSPOOL, or as the argument}}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
nchecks=0
nfailed=0
code=

run()
{
    code=0
    "$qjspool" "$@" > "$dir/out" 2> "$dir/err" || code=$?
}

fail()
{
    nfailed=$((nfailed + 1))
    echo "FAILED: $1"
    shift
    printf '  %s\n' "$@"
}

is()
{
    nchecks=$((nchecks + 1))
    [ "$2" = "$3" ] || fail "$1" "want: $2" "got:  $3"
}

has()
{
    nchecks=$((nchecks + 1))
    grep -qF -e "$2" "$3" || fail "$1" "want a line with: $2" "got: $(head -c 2000 "$3")"
}

out()
{
    cat "$dir/out"
}

err()
{
    cat "$dir/err"
}

# The most memory that a command had resident, in KiB: peak COMMAND... (its output is dropped)
peak()
{
    "$@" > /dev/null 2> "$dir/peak.err" &
    pid=$!
    most=0
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2> /dev/null) && [ -n "$now" ]; do
        most=$now
        sleep 0.05
    done
    wait "$pid" || echo "exit code $?" >&2
    echo "$most"
}

# A sanitizer keeps what is freed, and shadows of the rest: there is nothing to measure then.
below()
{
    name=$1
    limit=$2
    shift 2
    if grep -qaE '__[at]san_init' "$qjspool"; then
        echo "skipped: $name"
        return
    fi
    most=$(peak "$@")
    nchecks=$((nchecks + 1))
    [ "$most" -gt 0 ] && [ "$most" -lt "$limit" ] || fail "$name" "limit: $limit KiB" "got:   $most"
}

conclude()
{
    echo "$nchecks checks, $nfailed failed"
    [ "$nfailed" -eq 0 ]
}
