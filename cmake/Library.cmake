# SPDX-License-Identifier: MIT
# The library, three times: shared and static for the world, with nothing but qjsp_ names, and
# qjsp_internal for our tests, which look inside. Every source is compiled once.
set(qjsp_dir ${CMAKE_CURRENT_SOURCE_DIR})
set(qjsp_sources)
foreach(folder base arena value scheduler fs source clone isolate isolate/files isolate/modules pool)
    file(GLOB found CONFIGURE_DEPENDS ${qjsp_dir}/src/${folder}/*.c)
    list(APPEND qjsp_sources ${found})
endforeach()

add_library(qjsp_objects OBJECT ${qjsp_sources})
target_link_libraries(qjsp_objects PRIVATE qjsp_ours)
target_include_directories(qjsp_objects PRIVATE ${qjsp_dir}/include ${qjsp_dir}/src)
target_include_directories(qjsp_objects SYSTEM PRIVATE ${qjsp_engine_dir})
target_compile_definitions(qjsp_objects PRIVATE QJSP_ENGINE_VERSION="${qjsp_engine_version}")
set(qjsp_all_objects $<TARGET_OBJECTS:qjsp_objects> $<TARGET_OBJECTS:qjsp_engine>)

add_library(qjsp_internal STATIC ${qjsp_all_objects})
target_include_directories(qjsp_internal PUBLIC ${qjsp_dir}/include ${qjsp_dir}/src)
target_link_libraries(qjsp_internal PUBLIC Threads::Threads m)

add_library(qjspool_shared SHARED ${qjsp_all_objects})
set_target_properties(qjspool_shared PROPERTIES
    OUTPUT_NAME qjspool VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
    LINK_DEPENDS ${qjsp_dir}/cmake/exports.map EXPORT_NAME qjspool)
target_link_options(qjspool_shared PRIVATE
    -Wl,--version-script=${qjsp_dir}/cmake/exports.map -Wl,--as-needed)
if(NOT QJSP_SANITIZE)
    target_link_options(qjspool_shared PRIVATE -Wl,--no-undefined)
endif()

# An archive has no visibility, so its objects are joined into one whose other names are made
# local: a program may then hold a QuickJS of its own. Not with sanitizers or link-time optimization,
# which want the objects as they are.
if(QJSP_SANITIZE OR CMAKE_INTERPROCEDURAL_OPTIMIZATION OR NOT CMAKE_OBJCOPY)
    add_library(qjspool_static STATIC ${qjsp_all_objects})
else()
    set(joined ${CMAKE_CURRENT_BINARY_DIR}/qjspool_joined.o)
    add_custom_command(
        OUTPUT ${joined}
        COMMAND ${CMAKE_LINKER} -r -o ${joined} ${qjsp_all_objects}
        COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=!qjsp__*
                --keep-global-symbol=qjsp_* ${joined}
        DEPENDS ${qjsp_all_objects}
        COMMAND_EXPAND_LISTS VERBATIM)
    add_library(qjspool_static STATIC ${joined})
    set_target_properties(qjspool_static PROPERTIES LINKER_LANGUAGE C)
endif()
set_target_properties(qjspool_static PROPERTIES OUTPUT_NAME qjspool EXPORT_NAME qjspool_static)
target_link_libraries(qjspool_static PUBLIC Threads::Threads m)

foreach(library qjspool_shared qjspool_static)
    target_include_directories(${library} INTERFACE
        $<BUILD_INTERFACE:${qjsp_dir}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
target_link_libraries(qjspool_shared PRIVATE Threads::Threads m)
add_library(qjspool::qjspool ALIAS qjspool_shared)
add_library(qjspool::qjspool_static ALIAS qjspool_static)

include(Cli)
