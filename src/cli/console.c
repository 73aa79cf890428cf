/* SPDX-License-Identifier: MIT */
#include "cli/console.h"

#include <qjspool/value.h>

#include "cli/report.h"

void console_print(void *ud, qjsp_console_level level, qjsp_bytes args, uint64_t task,
                   uint32_t worker)
{
    report *r = ud;
    qjsp_buffer text;

    (void)level;
    (void)task;
    (void)worker;
    qjsp_buffer_init(&text, NULL, 0);
    if (qjsp_console_to_text(args, &text) == QJSP_OK) {
        qjsp_buffer_append(&text, "\n", 1);
        if (text.status == QJSP_OK)
            report_text(r, text.data, text.len);
    }
    qjsp_buffer_fini(&text);
}
