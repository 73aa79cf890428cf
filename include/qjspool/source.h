/* SPDX-License-Identifier: MIT */
/* What can be said of a program without running or compiling it: for consoles and editors. */
#ifndef QJSPOOL_SOURCE_H
#define QJSPOOL_SOURCE_H

#include <stdbool.h>

#include <qjspool/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qjsp_source_state {
    /* No bracket, template, comment or statement is left open. Text that cannot become valid is
     * complete: the compiler says what is wrong with it. */
    bool is_complete;
    /* The end lies within the text of a template or in a comment: what follows is not code. */
    bool is_in_text;
    uint32_t depth; /* brackets that are open there */
} qjsp_source_state;

/* qjsp_source_look tells how a source (UTF-8 of any quality) ends. Any thread. */
QJSP_API void qjsp_source_look(qjsp_bytes source, qjsp_source_state *out);

#ifdef __cplusplus
}
#endif
#endif
