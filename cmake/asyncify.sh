#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Makes a Wasm that can be suspended on hosts without JavaScript Promise Integration:
#
#   cmake/asyncify.sh WASM-OPT IN OUT [FEATURE...]
#
# Every frame that can be on the stack is taught to save itself, return, and come back later (Binaryen's
# Asyncify): suspendable.awk finds which those are. IN keeps the names of its functions. The pass comes
# before all optimisation: done after it as well, nothing is smaller or faster.
set -eu
wasm_opt=$1 in=$2 out=$3
shift 3

"$wasm_opt" "$@" -S "$in" -o "$out.wat"
functions=$(awk -f "$(dirname "$0")/suspendable.awk" "$out.wat")
rm "$out.wat"
imports=qjsp_ffi.call_function_unwind,qjsp_ffi.load_module_unwind,qjsp_ffi.normalize_module_unwind
"$wasm_opt" "$@" --asyncify "--pass-arg=asyncify-imports@$imports" \
    "--pass-arg=asyncify-onlylist@$functions" -O3 --strip-producers "$in" -o "$out"
