# SPDX-License-Identifier: MIT
# Examples, seen as a stranger would (public headers and the static library), and benchmarks.
file(GLOB examples CONFIGURE_DEPENDS examples/*.c)
foreach(source ${examples})
    cmake_path(GET source STEM name)
    add_executable(example_${name} ${source})
    target_link_libraries(example_${name} PRIVATE qjsp_ours qjspool_static)
    add_test(NAME example_${name} COMMAND example_${name})
    set_tests_properties(example_${name} PROPERTIES TIMEOUT 120 LABELS example)
endforeach()

# each file a program; bench/lib/*.c is part of all of them
file(GLOB benches CONFIGURE_DEPENDS bench/*.c)
file(GLOB bench_lib CONFIGURE_DEPENDS bench/lib/*.c)
foreach(source ${benches})
    cmake_path(GET source STEM name)
    add_executable(bench_${name} ${source} ${bench_lib})
    target_include_directories(bench_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/bench)
    target_include_directories(bench_${name} SYSTEM PRIVATE ${qjsp_engine_dir})
    target_link_libraries(bench_${name} PRIVATE qjsp_ours qjsp_internal qjsp_tests_shared)
endforeach()
