# SPDX-License-Identifier: MIT
# What our own code is compiled with (qjsp_ours), and what everything is: the sanitizers.
add_library(qjsp_ours INTERFACE)
target_compile_options(qjsp_ours INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(QJSP_WERROR)
    target_compile_options(qjsp_ours INTERFACE -Werror)
endif()
if(QJSP_HOSTILE)
    target_compile_definitions(qjsp_ours INTERFACE QJSP_HOSTILE=1)
endif()

if(QJSP_SANITIZE)
    add_compile_options(-fsanitize=${QJSP_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${QJSP_SANITIZE})
endif()
if(QJSP_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
