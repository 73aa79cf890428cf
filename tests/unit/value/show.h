/* SPDX-License-Identifier: MIT */
/* Tables of hex and the text it is shown as; for the tests of json, text and console. */
#ifndef QJSP_TESTS_UNIT_VALUE_SHOW_H
#define QJSP_TESTS_UNIT_VALUE_SHOW_H

#include <qjspool/value.h>

#include "check.h"
#include "hex.h"
#include "oom.h"

typedef qjsp_status show_function(qjsp_bytes in, qjsp_buffer *out);

typedef struct show_case {
    const char *name, *hex, *want;
} show_case;

/* Every allocation fails in turn; whatever happens, nothing may leak. */
static inline void show_without_memory(const show_case *c, show_function *show, qjsp_bytes in)
{
    for (size_t i = 0;; i++) {
        oom o = { .fail_at = i };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp_buffer out;
        qjsp_status st;

        qjsp_buffer_init(&out, &alloc, 0);
        st = show(in, &out);
        qjsp_buffer_fini(&out);
        CHECK_INT(c->name, o.live, 0);
        CHECK_STATUS(c->name, st, o.calls <= i ? QJSP_OK : QJSP_ERR_NOMEM);
        if (o.calls <= i)
            return;
    }
}

static inline void show_check(const show_case *c, show_function *show)
{
    qjsp_bytes in = hex_new(c->hex);
    size_t full = strlen(c->want);
    qjsp_buffer out;

    qjsp_buffer_init(&out, NULL, 0);
    CHECK_STATUS(c->name, show(in, &out), QJSP_OK);
    qjsp_buffer_append(&out, "", 1);
    CHECK_STR(c->name, (const char *)out.data, c->want);
    qjsp_buffer_fini(&out);
    for (size_t limit = 1; limit < full; limit++) {
        qjsp_buffer_init(&out, NULL, limit);
        CHECK_STATUS(c->name, show(in, &out), QJSP_ERR_LIMIT);
        CHECK_TRUE(c->name, out.len <= limit);
        qjsp_buffer_fini(&out);
    }
    show_without_memory(c, show, in);
    hex_free(in);
}

#endif
