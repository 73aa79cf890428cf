/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/signals.h"

/* A pipe takes 64 KiB at a time; larger blocks save nothing that can be measured. */
enum {
    BLOCK = 128 << 10,
    /* after a signal: how long the reader may keep us, and what a pipe that is
     * writable takes without keeping us (PIPE_BUF of POSIX is smaller) */
    LAST_CHANCE_MS = 1000,
    SURE = 512,
};

bool output_init(output *out, int fd)
{
    *out = (output){ .fd = fd, .data = malloc(BLOCK) };
    return out->data != NULL;
}

void output_fini(output *out)
{
    free(out->data);
    *out = (output){ .fd = -1 };
}

static bool is_writable(const output *out, int timeout_ms)
{
    struct pollfd writable = { .fd = out->fd, .events = POLLOUT };

    return poll(&writable, 1, timeout_ms) > 0;
}

/* How much to write at a time; 0: the reader had its last chance. */
static size_t patience(const output *out, size_t len)
{
    if (!signals_seen())
        return len;
    if (!is_writable(out, LAST_CHANCE_MS))
        return 0;
    return len < SURE ? len : SURE;
}

static void write_all(output *out, const char *data, size_t len)
{
    while (len > 0 && out->error == 0) {
        size_t some = patience(out, len);
        ssize_t n = some == 0 ? 0 : write(out->fd, data, some);

        if (some == 0)
            out->error = EINTR;
        else if (n < 0 && errno == EAGAIN)
            is_writable(out, -1); /* somebody made the descriptor non-blocking */
        else if (n < 0 && errno != EINTR)
            out->error = errno;
        if (n <= 0)
            continue;
        data += n;
        len -= (size_t)n;
        out->written += (uint64_t)n;
    }
}

void output_put(output *out, const void *data, size_t len)
{
    if (len > BLOCK - out->len) {
        write_all(out, out->data, out->len);
        out->len = 0;
    }
    if (len > BLOCK) {
        write_all(out, data, len);
        return;
    }
    memcpy(out->data + out->len, data, len);
    out->len += len;
}

bool output_flush(output *out)
{
    write_all(out, out->data, out->len);
    out->len = 0;
    return out->error == 0;
}
