#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Makes this machine ready to build qjspool, and does nothing when it is:
#
#   scripts/setup.sh               what a build needs, and the engine's source
#   scripts/setup.sh --dev         also what the tests need
#   scripts/setup.sh --wasm        what the Wasm modules of the npm package are built with
#   scripts/setup.sh --with PKG    also this Debian package (may be repeated)
#   scripts/setup.sh --engine-dir  prints where the engine's source is; fetches nothing
#
# The engine is QuickJS-NG, whose source is not in this repository. It is looked for in
# $QJS_SOURCE_DIR, in an installed qjs-src package, and in a cache outside the build folder;
# otherwise it is fetched into that cache (see scripts/fetch-engine).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
dev=0
wasm=0
engine_dir_only=0
missing=""

say() { printf 'setup: %s\n' "$*" >&2; }

# needs PACKAGE PROBE...: notes PACKAGE as missing unless PROBE succeeds.
needs()
{
    pkg=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $pkg"
}

has() { command -v "$1"; }
has_cc() { has cc && echo '#include <stdio.h>' | cc -E -; }
has_header() { printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <%s>\n' "$1" | cc -E -; }
has_package() { dpkg -s "$1" | grep -q '^Status: install ok installed'; }
has_clang() { echo 'int main(void){return 0;}' | clang -x c - -o /dev/null; }
has_libfuzzer()
{
    echo 'int LLVMFuzzerTestOneInput(void){return 0;}' |
        clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null
}

libfuzzer_package()
{
    major=$(clang -dumpversion 2>/dev/null | cut -d. -f1)
    echo "libclang-rt-${major:-14}-dev"
}

find_missing()
{
    missing=""
    needs build-essential has_cc
    needs build-essential has make
    needs cmake has cmake
    needs ninja-build has ninja
    needs pkg-config has pkg-config
    needs libedit-dev has_header histedit.h
    for pkg in $extra; do
        needs "$pkg" has_package "$pkg"
    done
    if [ $wasm -eq 1 ]; then
        needs clang-19 has clang-19
        needs lld-19 has wasm-ld-19
        needs llvm-19 has llvm-ar-19
        needs wasi-libc has_package wasi-libc
        needs libclang-rt-19-dev-wasm32 has_package libclang-rt-19-dev-wasm32
        needs binaryen has wasm-opt
        needs zopfli has zopfli
    fi
    [ $dev -eq 1 ] || return 0
    needs clang has_clang
    needs clang-format has clang-format
    needs clang-tidy has clang-tidy
    needs "$(libfuzzer_package)" has_libfuzzer
    needs libcmocka-dev has_header cmocka.h
    needs libcbor-dev has_header cbor.h
    needs jq has jq
    needs zsh has zsh
    needs fish has fish
    needs mandoc has mandoc
    needs chromium has chromium
    needs firefox-esr has firefox-esr
}

install_missing()
{
    find_missing
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ] || ! has apt-get >/dev/null; then
        say "please install these packages by hand (Debian names):$missing"
        exit 1
    fi
    say "installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null || say "apt-get update had errors; going on"
    # shellcheck disable=SC2086 # a list of words
    apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $missing >/dev/null
    find_missing
    if [ -n "$missing" ]; then
        say "still missing after the installation:$missing"
        exit 1
    fi
}

extra=""
while [ $# -gt 0 ]; do
    case $1 in
    --dev) dev=1 ;;
    --wasm) wasm=1 ;;
    --engine-dir) engine_dir_only=1 ;;
    --with) shift; extra="$extra ${1:?--with needs a package}" ;;
    -h | --help) sed -n '3,15s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) say "unknown option: $1 (try --help)"; exit 2 ;;
    esac
    shift
done

if [ $engine_dir_only -eq 1 ]; then
    exec "$here/fetch-engine" --find
fi
install_missing
exec "$here/fetch-engine"
