# SPDX-License-Identifier: MIT
# Headers, both libraries, the command, and the two ways by which others find them.
include(CMakePackageConfigHelpers)
set(qjsp_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/qjspool)

if(QJSP_FUZZ OR NOT PROJECT_IS_TOP_LEVEL)
    return()
endif()
install(DIRECTORY include/qjspool DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS qjspool_shared qjspool_static EXPORT qjspool-targets)
if(TARGET qjspool)
    install(TARGETS qjspool)
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES packages/qjspool/THIRD-PARTY.txt DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT qjspool-targets NAMESPACE qjspool:: DESTINATION ${qjsp_package_dir})

configure_package_config_file(cmake/qjspool-config.cmake.in qjspool-config.cmake
    INSTALL_DESTINATION ${qjsp_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(qjspool-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/qjspool-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/qjspool-config-version.cmake
        DESTINATION ${qjsp_package_dir})

# the .pc file speaks relative to itself, so that the installed tree may be moved
file(RELATIVE_PATH qjsp_prefix_from_pc
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" qjsp_prefix_from_pc "${qjsp_prefix_from_pc}")
set(qjsp_pc_includedir "\${prefix}")
cmake_path(APPEND qjsp_pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
set(qjsp_pc_libdir "\${prefix}")
cmake_path(APPEND qjsp_pc_libdir ${CMAKE_INSTALL_LIBDIR})
configure_file(cmake/qjspool.pc.in qjspool.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/qjspool.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
