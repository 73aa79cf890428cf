#!/bin/sh
# SPDX-License-Identifier: MIT
# What the command prints for shells and for man, as these read it.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# completes WORDS WANT: of bash, for a line of these words, the last of them not whole
completes()
{
    got=$(bash -c '. "$0"; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _qjspool
        echo "${COMPREPLY[@]}"' "$dir/bash" "$1")
    is "bash: $1" "$2" "$got"
}

run completion bash
is "bash: exit code" 0 "$code"
cp "$dir/out" "$dir/bash"
completes 'qjspool ev' 'eval'
completes 'qjspool eval --fo' '--format'
completes 'qjspool eval --format t' 'text'
completes 'qjspool -v eval --isolation w' 'worker'
completes 'qjspool map --on' '--on-error'
completes 'qjspool map --on-error s' 'skip'
completes 'qjspool eval --on' ''
completes 'qjspool eval --timeout 5' ''
completes "qjspool run $dir/ba" "$dir/bash"

run completion zsh
if command -v zsh > /dev/null; then
    is "zsh reads it" "" "$(zsh -n "$dir/out" 2>&1)"
fi
has "zsh: choices" "FORMAT:(json text cbor)" "$dir/out"

run completion fish
if command -v fish > /dev/null; then
    cp "$dir/out" "$dir/fish"
    export HOME="$dir" XDG_CONFIG_HOME="$dir" XDG_DATA_HOME="$dir"
    fish_says()
    {
        fish --no-config -c "source $dir/fish; complete -C'$1'" 2>&1 | cut -f 1 | tr '\n' ' '
    }
    is "fish: a command" "eval " "$(fish_says 'qjspool ev')"
    is "fish: an option" "--format " "$(fish_says 'qjspool eval --fo')"
    is "fish: a choice" "text " "$(fish_says 'qjspool eval --format t')"
fi

run completion
is "no shell" 2 "$code"
run completion tcsh
is "another shell" 2 "$code"
has "another shell" "bash, zsh or fish" "$dir/err"

run man
is "man: exit code" 0 "$code"
has "man: a command" "qjspool map" "$dir/out"
if command -v mandoc > /dev/null; then
    is "mandoc has nothing to say" "" "$(mandoc -T lint -W warning "$dir/out" 2>&1 | grep -v 'missing date')"
fi
conclude
