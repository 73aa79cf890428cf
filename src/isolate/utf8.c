/* SPDX-License-Identifier: MIT */
/* The incremental UTF-8 decoder of utf8.h. */
#include "isolate/utf8.h"

void qjsp__utf8_init(qjsp__utf8 *d)
{
    *d = (qjsp__utf8){ .lower = 0x80, .upper = 0xbf };
}

static void replace(qjsp__utf8 *d, qjsp_buffer *out)
{
    qjsp__utf8_init(d);
    qjsp_buffer_append(out, "\xef\xbf\xbd", 3);
}

/* A byte that begins a character of more than one; false: none does. */
static bool lead(qjsp__utf8 *d, uint8_t byte)
{
    if (byte < 0xc2 || byte > 0xf4)
        return false;
    d->needed = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte == 0xe0)
        d->lower = 0xa0;
    else if (byte == 0xed)
        d->upper = 0x9f;
    else if (byte == 0xf0)
        d->lower = 0x90;
    else if (byte == 0xf4)
        d->upper = 0x8f;
    d->pending[0] = byte;
    d->npending = 1;
    return true;
}

static size_t ascii_run(qjsp_bytes in, size_t at)
{
    size_t n = 0;

    while (at + n < in.len && in.data[at + n] < 0x80)
        n++;
    return n;
}

bool qjsp__utf8_push(qjsp__utf8 *d, qjsp_bytes in, qjsp_buffer *out)
{
    bool ok = true;

    for (size_t i = 0; i < in.len;) {
        uint8_t byte = in.data[i];

        if (d->needed == 0) {
            size_t run = ascii_run(in, i);

            if (run > 0) {
                qjsp_buffer_append(out, in.data + i, run);
                i += run;
                continue;
            }
            i++;
            if (!lead(d, byte)) {
                replace(d, out);
                ok = false;
            }
        } else if (byte < d->lower || byte > d->upper) {
            replace(d, out); /* and look at this byte again */
            ok = false;
        } else {
            d->pending[d->npending++] = byte;
            d->lower = 0x80;
            d->upper = 0xbf;
            i++;
            if (--d->needed == 0) {
                qjsp_buffer_append(out, d->pending, d->npending);
                qjsp__utf8_init(d);
            }
        }
    }
    return ok;
}

bool qjsp__utf8_end(qjsp__utf8 *d, qjsp_buffer *out)
{
    if (d->needed == 0)
        return true;
    replace(d, out);
    return false;
}
