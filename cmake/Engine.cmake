# SPDX-License-Identifier: MIT
# QuickJS-NG, compiled as its own build does, without our warnings. Its source is outside this
# repository; scripts/setup.sh fetches it.
set(qjsp_engine_dir "${QJS_SOURCE_DIR}")
if(NOT qjsp_engine_dir)
    execute_process(
        COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/scripts/setup.sh --engine-dir
        OUTPUT_VARIABLE qjsp_engine_dir OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT EXISTS "${qjsp_engine_dir}/quickjs.c")
    message(FATAL_ERROR "The source of QuickJS-NG was not found: run scripts/setup.sh, "
                        "or pass -DQJS_SOURCE_DIR=<folder that holds quickjs.c>")
endif()
file(STRINGS ${qjsp_engine_dir}/quickjs.h lines REGEX "^#define QJS_VERSION_(MAJOR|MINOR|PATCH) ")
list(TRANSFORM lines REPLACE "^.* " "")
list(JOIN lines "." qjsp_engine_version)
message(STATUS "Engine: QuickJS-NG ${qjsp_engine_version} in ${qjsp_engine_dir}")

add_library(qjsp_engine OBJECT)
foreach(name dtoa libregexp libunicode)
    target_sources(qjsp_engine PRIVATE ${qjsp_engine_dir}/${name}.c)
endforeach()
# quickjs.c and a few questions that it has no answers for
target_sources(qjsp_engine PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src/isolate/engine/engine.c)
target_include_directories(qjsp_engine SYSTEM PUBLIC ${qjsp_engine_dir})
# Its aborts and assertions end the isolate, not the process: src/isolate/fault.h.
target_include_directories(qjsp_engine BEFORE PRIVATE
    ${CMAKE_CURRENT_SOURCE_DIR}/src/isolate/engine ${CMAKE_CURRENT_SOURCE_DIR}/src)
target_compile_definitions(qjsp_engine PRIVATE _GNU_SOURCE abort=qjsp__engine_abort)
target_compile_options(qjsp_engine PRIVATE -w -funsigned-char -fwrapv)
if(NOT CMAKE_BUILD_TYPE MATCHES "^Rel" OR QJSP_HOSTILE)
    target_compile_definitions(qjsp_engine PRIVATE ENABLE_DUMPS)
endif()
if(QJSP_ENGINE_GC_STRESS)
    target_compile_definitions(qjsp_engine PRIVATE FORCE_GC_AT_MALLOC)
endif()
if(QJSP_SANITIZE MATCHES "undefined")
    # its function pointer casts and unaligned reads are upstream's to judge, not ours
    target_compile_options(qjsp_engine PRIVATE -fno-sanitize=undefined)
endif()
