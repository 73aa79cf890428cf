/* SPDX-License-Identifier: MIT */
/* Apart from buffer.c, for builds without stdio. */
#include <qjspool/buffer.h>
#include <stdarg.h>
#include <stdio.h>

void qjsp_buffer_printf(qjsp_buffer *buf, const char *format, ...)
{
    va_list args, again;
    int len;
    uint8_t *at;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    /* vsnprintf writes a NUL as well: take the room for it, then give it back */
    at = len < 0 ? NULL : qjsp_buffer_extend(buf, (size_t)len + 1);
    if (at != NULL) {
        vsnprintf((char *)at, (size_t)len + 1, format, again);
        buf->len--;
    }
    va_end(again);
}
