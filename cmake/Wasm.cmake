# SPDX-License-Identifier: MIT
# The Wasm modules of the npm package: isolate.wasm (engine, isolate, values), isolate-async.wasm (the
# engine for handles alone, which suspends itself), sched.wasm (the scheduler alone) and files.wasm (a
# memory store that threads share). Sources are those of the native library but for the
# files named *_posix.c, whose place src/wasm takes.
set(qjsp_wasm_dir ${CMAKE_CURRENT_SOURCE_DIR})

# Features that every host has which the package supports (Node 20, Safari 16.4 and up), and
# how much is inlined: the interpreter is fastest when the paths of every day are in its loop
# and the rare ones are not, and it falls off on both sides. Geometric mean of the programs of
# bench/node (ms, Node 20, warm; the best of 12 rounds in turns) and size (kB, deflated):
#   -Oz -flto, as other builds of the engine    20.3   283
#   -Os                                         15.1   304
#   -O2, threshold 60                           15.1   311
#   -O2, thresholds 75, 90, 120                 12.6 to 12.8   324, 326, 332
#   -O2, threshold 150                          14.4   345
#   -O2 as it is (225)                          14.0   363
#   all at -O2, threshold 100: what is built    12.6   332
# (The other rows with -O2 have it for quickjs.c and libregexp.c alone, the rest -Os.) wasm-opt
# -O3 is in all but the first, which has -Oz; it saves 15 kB and about 1 % of the time. -flto,
# tried at -Os and at -O2, gained nothing, nor did a switch in place of the engine's computed
# goto. The engine is a target from before this file, so it is told by name.
set(qjsp_wasm_options -mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals
    -D_WASI_EMULATED_PROCESS_CLOCKS
    -fno-vectorize -fno-slp-vectorize -fno-unroll-loops "SHELL:-mllvm -inline-threshold=100")
set(qjsp_wasm_features --enable-bulk-memory --enable-sign-ext
    --enable-nontrapping-float-to-int --enable-mutable-globals)
target_compile_options(qjsp_engine PRIVATE ${qjsp_wasm_options})
add_compile_options(${qjsp_wasm_options})
find_program(QJSP_WASM_OPT wasm-opt REQUIRED)
# -O0: the compiler would run wasm-opt itself, which drops names.
add_link_options(-mexec-model=reactor -O0 -Wl,--gc-sections -Wl,--strip-debug)

function(qjsp_wasm_linked name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE qjsp_ours)
    target_include_directories(${name} PRIVATE ${qjsp_wasm_dir}/include ${qjsp_wasm_dir}/src)
    target_compile_definitions(${name} PRIVATE QJSP_ENGINE_VERSION="${qjsp_engine_version}")
endfunction()

function(qjsp_wasm_module name)
    qjsp_wasm_linked(${name} ${ARGN})
    add_custom_command(TARGET ${name} POST_BUILD VERBATIM
        COMMAND ${QJSP_WASM_OPT} -O3 ${qjsp_wasm_features} $<TARGET_FILE:${name}>
                -o $<TARGET_FILE:${name}>)
endfunction()

function(qjsp_wasm_sources out)
    set(found)
    foreach(folder ${ARGN})
        file(GLOB files CONFIGURE_DEPENDS ${qjsp_wasm_dir}/src/${folder}/*.c)
        list(APPEND found ${files})
    endforeach()
    list(FILTER found EXCLUDE REGEX "_posix\\.c$")
    set(${out} ${found} PARENT_SCOPE)
endfunction()

qjsp_wasm_sources(isolate_sources base arena value fs source clone isolate isolate/files isolate/modules
    ffi)
list(FILTER isolate_sources EXCLUDE REGEX "/fs/(memory[^/]*|node|content)\\.c$")
qjsp_wasm_module(isolate ${isolate_sources} $<TARGET_OBJECTS:qjsp_engine>
    src/wasm/isolate_exports.c src/wasm/host_store.c src/wasm/platform.c src/wasm/region.c)
target_include_directories(isolate SYSTEM PRIVATE ${qjsp_engine_dir})
# The stack comes first, so that running out of it is a trap; the memory is the host's,
# whose maximum is the hard limit. 4 MiB of stack cost nothing until they are used: the
# guest's share is an option (maxStackSizeBytes, at most 3 MiB).
target_link_options(isolate PRIVATE -Wl,--stack-first -Wl,-z,stack-size=4194304
    -Wl,--import-memory -Wl,--max-memory=4294967296
    -lwasi-emulated-process-clocks)

# The handles alone (src/ffi), for hosts that cannot suspend an instance themselves. The stack's
# pointer tells how much there is to save.
qjsp_wasm_sources(async_sources base value source clone ffi)
qjsp_wasm_linked(isolate-async ${async_sources} $<TARGET_OBJECTS:qjsp_engine> src/wasm/bare_engine.c)
target_compile_definitions(isolate-async PRIVATE QJSP_ASYNCIFY)
target_include_directories(isolate-async SYSTEM PRIVATE ${qjsp_engine_dir})
target_link_options(isolate-async PRIVATE -Wl,--stack-first -Wl,-z,stack-size=4194304
    -Wl,--import-memory -Wl,--max-memory=4294967296 -Wl,--export=__stack_pointer
    -lwasi-emulated-process-clocks)
set_target_properties(isolate-async PROPERTIES OUTPUT_NAME isolate-async-plain)
add_custom_command(OUTPUT isolate-async.wasm VERBATIM
    COMMAND sh ${qjsp_wasm_dir}/cmake/asyncify.sh ${QJSP_WASM_OPT} $<TARGET_FILE:isolate-async>
            isolate-async.wasm ${qjsp_wasm_features}
    DEPENDS isolate-async cmake/asyncify.sh cmake/suspendable.awk)
add_custom_target(asyncified ALL DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/isolate-async.wasm)

qjsp_wasm_sources(sched_sources base scheduler)
qjsp_wasm_module(sched ${sched_sources} src/wasm/sched_exports.c)
target_link_options(sched PRIVATE -Wl,-z,stack-size=16384)

# The memory is shared: instances of several threads run over it, each on a stack of its own. What
# libc has that is not made for threads (malloc, stdio) must not come in, and the linker sees to that.
qjsp_wasm_sources(files_sources arena)
list(FILTER files_sources EXCLUDE REGEX "_check\\.c$")
qjsp_wasm_module(files ${files_sources} src/base/buffer.c src/fs/memory.c src/fs/memory_names.c
    src/fs/node.c src/fs/content.c src/fs/store.c src/wasm/files_exports.c src/wasm/region.c)
target_compile_options(files PRIVATE -matomics)
target_link_options(files PRIVATE -nostartfiles -Wl,--no-entry -Wl,--import-memory
    -Wl,--shared-memory -Wl,--max-memory=4294967296 -Wl,--export=__stack_pointer
    -Wl,--stack-first -Wl,-z,stack-size=32768)
