#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Every check of the project, the cheap ones first; stops at the first stage that fails.
#
#   scripts/test.sh              all stages
#   scripts/test.sh unit asan    these stages
#   scripts/test.sh --list       their names
#
# FUZZ_SECONDS   how long each fuzz target runs (45)
# The last line says how many tests and checks passed and failed.
set -uo pipefail
cd "$(dirname "$0")/.."

stages=(format includes unit symbols install package pages clang tidy asan hostile tsan fuzz)
fuzz_seconds=${FUZZ_SECONDS:-45}
cores=$(nproc)
passed=0
failed=0
log=build/test.log

if [ "${1:-}" = --list ]; then
    printf '%s\n' "${stages[@]}"
    exit 0
fi

finish()
{
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# check COMMAND...: one check, which passes if the command does.
check()
{
    if "$@" >>"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        return 1
    fi
}

# Builds preset $1. Not counted, unless it fails.
build()
{
    if ! { cmake --preset "$1" && cmake --build --preset "$1"; } >>"$log" 2>&1; then
        failed=$((failed + 1))
        return 1
    fi
}

# tests PRESET [CTEST OPTION...]: builds and runs the tests of a preset, and counts them.
tests()
{
    local preset=$1 out="build/$1/ctest.log" total bad
    shift
    build "$preset" || return 1
    "${launcher[@]}" ctest --preset "$preset" -j "$cores" "$@" >"$out" 2>&1
    local status=$?
    cat "$out" >>"$log"
    total=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$out")
    bad=$(sed -n 's/.*passed, \([0-9]*\) tests failed out of .*/\1/p' "$out")
    passed=$((passed + ${total:-0} - ${bad:-0}))
    failed=$((failed + ${bad:-0}))
    if [ "${total:-0}" -eq 0 ] || { [ $status -ne 0 ] && [ "${bad:-0}" -eq 0 ]; }; then
        echo "ctest ran no test, or failed by itself" >>"$log"
        failed=$((failed + 1))
        return 1
    fi
    return $status
}
launcher=()

stage_format() { check scripts/check-format; }
stage_includes() { check scripts/check-includes; }
stage_unit() { tests release; }
stage_symbols() { build release && check scripts/check-symbols build/release; }
stage_install() { build release && check sh tests/install/run.sh build/release; }

# counted NAME COMMAND...: a runner that counts for itself: its last line says how many tests passed
# and failed.
counted()
{
    local out="build/$1.log" status
    shift
    "$@" >"$out" 2>&1
    status=$?
    cat "$out" >>"$log"
    passed=$((passed + $(sed -n '$s/^\([0-9]*\) passed.*/\1/p' "$out" | grep . || echo 0)))
    failed=$((failed + $(sed -n '$s/.* \([0-9]*\) failed.*/\1/p' "$out" | grep . || echo 1)))
    return $status
}

# runtimes NAME...: as options of the package's tests.
runtimes() { printf -- '--runtime\n%s\n' "$@"; }

# The npm package: built, packed, installed, and its tests in every runtime that has a command; and
# packages of others, imported by guests.
stage_package()
{
    local status=0
    check scripts/build-package || return 1
    # shellcheck disable=SC2046 # words
    counted package-tests node tests/package/run.mjs $(runtimes node node26 bun deno) || status=1
    counted npm-packages node tests/npm/run.mjs || status=1
    return $status
}

# The same tests in pages of browsers, then what only browsers have: bundlers, policies,
# the lives of pages; and the playground.
stage_pages()
{
    local places=(chromium chromium-plain chromium-inline firefox firefox-plain firefox-inline)
    local status=0
    check scripts/build-package && check scripts/setup-node packages/playground || return 1
    check node packages/playground/build.mjs || return 1
    # shellcheck disable=SC2046 # words
    counted page-tests node tests/package/run.mjs $(runtimes "${places[@]}") || status=1
    counted browser-tests node tests/browser/run.mjs || status=1
    counted playground-tests node tests/playground/run.mjs || status=1
    return $status
}

stage_clang() { check cmake --preset clang && check cmake --build --preset clang; }
stage_tidy() { check cmake --preset clang && check scripts/check-tidy build/clang; }
# js_deep is about the real size of stack frames, which these builds do not have.
stage_asan() { UBSAN_OPTIONS=print_stacktrace=1 tests asan-ubsan -E js_deep; }
stage_hostile() { tests hostile -E js_deep; }

# What uses threads. Fixed addresses: gcc's runtime does not cope with a kernel that moves
# mappings about more than it expects.
stage_tsan()
{
    local launcher=()
    ! setarch -R true 2>/dev/null || launcher=(setarch -R)
    tests tsan -L 'pool|scheduler|stress|example'
}

# fuzz_one TARGET: on a copy of its corpus, so that the tree stays as it is.
fuzz_one()
{
    local name=${1%_fuzz} corpus status
    corpus=$(mktemp -d)
    cp -r "fuzz/corpus/$name/." "$corpus" 2>/dev/null
    local args=(-max_total_time="$fuzz_seconds" -timeout=25 -rss_limit_mb=4096
        -print_final_stats=1 -verbosity=1 -artifact_prefix="build/fuzz/found-$name-")
    [ ! -f "fuzz/$name.dict" ] || args+=(-dict="fuzz/$name.dict")
    "build/fuzz/fuzz/$1" "${args[@]}" "$corpus" >"build/fuzz/$name.log" 2>&1
    status=$?
    rm -rf "$corpus"
    return $status
}

stage_fuzz()
{
    local targets=() pids=() i status=0
    build fuzz || return 1
    for source in fuzz/*_fuzz.c; do
        [ ! -f "$source" ] || targets+=("$(basename "$source" .c)")
    done
    for ((i = 0; i < ${#targets[@]}; i++)); do
        fuzz_one "${targets[i]}" &
        pids[i]=$!
        # as many at a time as there are cores: wait for the one that far back
        [ $i -lt "$cores" ] || fuzz_ended $((i - cores)) || status=1
    done
    for ((i = ${#targets[@]} - cores; i < ${#targets[@]}; i++)); do
        [ $i -lt 0 ] || fuzz_ended $i || status=1
    done
    return $status
}

# Waits for the i-th target and counts it; uses the locals of stage_fuzz.
fuzz_ended()
{
    local name=${targets[$1]%_fuzz}
    if wait "${pids[$1]}"; then
        passed=$((passed + 1))
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$name.log") runs" >>"$log"
        return 0
    fi
    failed=$((failed + 1))
    tail -n 60 "build/fuzz/$name.log" >>"$log"
    return 1
}

run_stage()
{
    local before=$passed start=$SECONDS
    : >"$log"
    if "stage_$1"; then
        printf '%-9s ok      %5d s  %4d passed\n' "$1" $((SECONDS - start)) $((passed - before))
        return 0
    fi
    printf '%-9s FAILED  %5d s; the end of its log, %s:\n' "$1" $((SECONDS - start)) "$log"
    tail -n "${LOG_LINES:-150}" "$log"
    return 1
}

for stage in "$@"; do
    if [[ " ${stages[*]} " != *" $stage "* ]]; then
        echo "no such stage: $stage (there are: ${stages[*]})"
        exit 2
    fi
done
[ $# -gt 0 ] || set -- "${stages[@]}"

mkdir -p build
scripts/setup.sh --dev >/dev/null || { failed=1; finish; }
for stage in "$@"; do
    run_stage "$stage" || break
done
finish
