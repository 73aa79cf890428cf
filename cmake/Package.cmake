# SPDX-License-Identifier: MIT
# A Debian package of what is installed: `make deb`, or `cpack` in a build folder.
if(NOT PROJECT_IS_TOP_LEVEL OR QJSP_FUZZ)
    return()
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME qjspool)
set(CPACK_PACKAGE_VENDOR "the qjspool project")
set(CPACK_PACKAGE_CONTACT "the qjspool project <maintainers@qjspool.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "runs untrusted JavaScript in parallel, with limits that hold")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Each task runs in a realm of its own, with limits on memory, stack and time
that hold. Holds the command, the shared and static library, and headers.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION interpreters)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON) # what the programs are linked with
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_SOURCE_DIR}/LICENSE)
include(CPack)
