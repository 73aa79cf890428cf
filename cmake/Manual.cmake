# SPDX-License-Identifier: MIT
# The manual page and the completion scripts, which the command prints itself: from the tables that it
# reads its arguments by.
if(NOT TARGET qjspool OR CMAKE_CROSSCOMPILING OR QJSP_SANITIZE OR NOT PROJECT_IS_TOP_LEVEL)
    return()
endif()
set(dir ${CMAKE_CURRENT_BINARY_DIR}/generated)
set(zsh_dir ${dir}/zsh)
file(MAKE_DIRECTORY ${dir} ${zsh_dir})
add_custom_command(
    OUTPUT ${dir}/qjspool.1 ${dir}/qjspool.1.gz ${dir}/qjspool ${zsh_dir}/_qjspool ${dir}/qjspool.fish
    COMMAND qjspool man > ${dir}/qjspool.1
    COMMAND gzip -9nc ${dir}/qjspool.1 > ${dir}/qjspool.1.gz
    COMMAND qjspool completion bash > ${dir}/qjspool
    COMMAND qjspool completion zsh > ${zsh_dir}/_qjspool
    COMMAND qjspool completion fish > ${dir}/qjspool.fish
    DEPENDS qjspool
    VERBATIM)
add_custom_target(manual ALL DEPENDS ${dir}/qjspool.1.gz)
install(FILES ${dir}/qjspool.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${dir}/qjspool DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${zsh_dir}/_qjspool DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${dir}/qjspool.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
