#!/bin/sh
# SPDX-License-Identifier: MIT
#
#   tests/install/run.sh BUILD_DIR
#
# Installs a finished build into a folder of its own, moves that folder (a package is often built
# in one place and used in another), and builds and runs main.c against it in four ways.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?which build?}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

expect_42()
{
    got=$("$2") || { echo "$1: exit status $?"; exit 1; }
    [ "$got" = 42 ] || { echo "$1: got \"$got\", want \"42\""; exit 1; }
    echo "$1: ok"
}

cmake --install "$build" --prefix "$tmp/made" >/dev/null
mv "$tmp/made" "$tmp/prefix"
libdir=$(dirname "$(find "$tmp/prefix" -name libqjspool.a)")
export PKG_CONFIG_PATH="$libdir/pkgconfig"

# shellcheck disable=SC2046 # pkg-config prints words
${CC:-cc} -std=c11 -Wall -Wextra -Werror "$here/main.c" -o "$tmp/shared" \
    $(pkg-config --cflags --libs qjspool) "-Wl,-rpath,$libdir"
expect_42 "pkg-config, shared" "$tmp/shared"

# shellcheck disable=SC2046
${CC:-cc} -std=c11 "$here/main.c" -o "$tmp/static" $(pkg-config --cflags qjspool) \
    "$libdir/libqjspool.a" $(pkg-config --static --libs-only-l qjspool | sed 's/-lqjspool//')
expect_42 "pkg-config, static" "$tmp/static"

cmake -S "$here" -B "$tmp/build" -DCMAKE_PREFIX_PATH="$tmp/prefix" >/dev/null
cmake --build "$tmp/build" >/dev/null
expect_42 "find_package, shared" "$tmp/build/shared"
expect_42 "find_package, static" "$tmp/build/static"

if [ -x "$tmp/prefix/bin/qjspool" ]; then
    got=$("$tmp/prefix/bin/qjspool" eval '6 * 7')
    [ "$got" = 42 ] || { echo "the installed command: got \"$got\", want \"42\""; exit 1; }
    echo "the installed command: ok"
fi

[ -f "$build/CPackConfig.cmake" ] || exit 0
cpack --config "$build/CPackConfig.cmake" -B "$tmp/deb" >"$tmp/deb.log" 2>&1 || { cat "$tmp/deb.log"; exit 1; }
deb=$(find "$tmp/deb" -maxdepth 1 -name '*.deb')
dpkg-deb -f "$deb" Depends | grep -q 'libc6 (>= ' || { echo "the package: what does it depend on?"; exit 1; }
dpkg -x "$deb" "$tmp/root"
got=$("$tmp/root/usr/bin/qjspool" eval '6 * 7')
[ "$got" = 42 ] || { echo "the packaged command: got \"$got\", want \"42\""; exit 1; }
for file in include/qjspool/qjspool.h lib/libqjspool.so lib/libqjspool.a share/man/man1/qjspool.1.gz \
    share/bash-completion/completions/qjspool share/zsh/vendor-completions/_qjspool \
    share/fish/vendor_completions.d/qjspool.fish share/doc/qjspool/copyright \
    share/doc/qjspool/THIRD-PARTY.txt; do
    [ -s "$tmp/root/usr/$file" ] || { echo "the package has no $file"; exit 1; }
done
echo "the Debian package: ok"
