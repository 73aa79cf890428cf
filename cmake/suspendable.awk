# SPDX-License-Identifier: MIT
#
# Which functions of a module can be on the stack while the host suspends it: reads its text, as
# wasm-opt -S writes it, and prints their names, a comma between two.
#
# They are those from which a call may lead to guests' code or straight to a host function that waits
# (imports named *_unwind). Direct calls are followed from there to their callers. Calls through a
# pointer are not seen in the text, so the functions are listed that make such calls of what guests may
# have written; other pointers are of allocators, finalizers, the collector and the interrupt
# handler, in which no guest has a turn. Were one forgotten here, suspending below it would end in the
# instance's ruin: tests/package/variant-async.test.ts goes through each of them.
#
# Not followed:
#   build_backtrace    every function that throws calls it. Guests can have a turn in it, and are then
#                      told that nothing waits there: qjsp__engine_is_building_stack
#   JS_MakeError2      defines a property of a plain new object; and the former
#   js_free_value_rt   finalizers, and callbacks that become jobs
#   JS_AutoInitProperty  makes functions of the engine's own
BEGIN {
    nseeds = split("js_call_c_function js_call_c_function_data js_call_c_closure " \
        "JS_CallInternal JS_CallConstructorInternal JS_IteratorNext2 JS_ExecutePendingJob JS_EvalInternal " \
        "JS_GetPropertyInternal JS_SetPropertyInternal2 JS_GetOwnPropertyInternal2 JS_CreateProperty " \
        "JS_GetOwnPropertyNamesInternal JS_HasProperty delete_property rqsort js_TA_cmp_generic " \
        "js_host_resolve_imported_module", seeds, " ")
    nstops = split("build_backtrace JS_MakeError2 js_free_value_rt JS_AutoInitProperty", stops, " ")
    for (i = 1; i <= nstops; i++)
        seen[stops[i]] = 1
}

# "(call $name", wherever it stands in a line
function name_at(field)
{
    sub(/^\$/, "", field)
    sub(/\)+$/, "", field)
    return field
}

$1 == "(func" { caller = name_at($2); is_defined[caller] = 1; next }
$1 == "(import" && /_unwind"/ {
    for (i = 2; i < NF; i++)
        if ($i == "(func")
            seeds[++nseeds] = name_at($(i + 1))
    next
}
/\(call \$/ {
    for (i = 1; i < NF; i++)
        if ($i ~ /\(call$/) {
            callee = name_at($(i + 1))
            if (!((callee, caller) in edges)) {
                edges[callee, caller] = 1
                callers[callee] = callers[callee] " " caller
            }
        }
}

END {
    for (i = 1; i <= nseeds; i++) {
        todo[i] = seeds[i]
        seen[seeds[i]] = 1
    }
    for (i = 1; i <= nseeds; i++) {
        n = split(callers[todo[i]], more, " ")
        for (j = 1; j <= n; j++)
            # those of the host's own calls: no guest is below them
            if (!(more[j] in seen) && more[j] !~ /^qjsp_/) {
                seen[more[j]] = 1
                todo[++nseeds] = more[j]
            }
    }
    for (i = 1; i <= nseeds; i++) {
        if (!(todo[i] in is_defined)) {
            if (callers[todo[i]] == "") {
                print "suspendable.awk: there is no " todo[i] " in the engine any more" > "/dev/stderr"
                exit 1
            }
            continue
        }
        printf "%s%s", (nprinted++ > 0 ? "," : ""), todo[i]
    }
    print ""
}
