# SPDX-License-Identifier: MIT
# The two Wasm modules of the npm package: isolate.wasm (engine, isolate, values) and
# sched.wasm (the scheduler alone). Sources are those of the native library but for the
# files named *_posix.c, whose place src/wasm takes.
set(qjsp_wasm_dir ${CMAKE_CURRENT_SOURCE_DIR})

# Features that every host has which the package supports (Node 20, Safari 16.4 and up).
add_compile_options(-mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals
                    -D_WASI_EMULATED_PROCESS_CLOCKS)
add_link_options(-mexec-model=reactor -Wl,--gc-sections -Wl,--strip-all)

function(qjsp_wasm_module name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE qjsp_ours)
    target_include_directories(${name} PRIVATE ${qjsp_wasm_dir}/include ${qjsp_wasm_dir}/src)
    target_compile_definitions(${name} PRIVATE QJSP_ENGINE_VERSION="${qjsp_engine_version}")
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

qjsp_wasm_sources(isolate_sources base arena value isolate)
qjsp_wasm_module(isolate ${isolate_sources} $<TARGET_OBJECTS:qjsp_engine>
    src/wasm/isolate_exports.c src/wasm/platform.c)
target_include_directories(isolate SYSTEM PRIVATE ${qjsp_engine_dir})
# The stack comes first, so that running out of it is a trap; the memory is the host's,
# whose maximum is the hard limit. 4 MiB of stack cost nothing until they are used: the
# guest's share is an option (maxStackSizeBytes, at most 3 MiB).
target_link_options(isolate PRIVATE -Wl,--stack-first -Wl,-z,stack-size=4194304
    -Wl,--import-memory -Wl,--max-memory=4294967296
    -lwasi-emulated-process-clocks)

qjsp_wasm_sources(sched_sources base scheduler)
qjsp_wasm_module(sched ${sched_sources} src/wasm/sched_exports.c)
target_link_options(sched PRIVATE -Wl,-z,stack-size=16384)
