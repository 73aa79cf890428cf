/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/signals.h"

enum { BLOCK = 64 << 10 };

static bool read_all(int fd, qjsp_buffer *buf)
{
    for (;;) {
        size_t len = buf->len;
        uint8_t *room = qjsp_buffer_extend(buf, BLOCK);
        ssize_t n;

        if (room == NULL) {
            errno = buf->status == QJSP_ERR_LIMIT ? EFBIG : ENOMEM;
            return false;
        }
        n = read(fd, room, BLOCK);
        buf->len = len + (n > 0 ? (size_t)n : 0);
        if (n == 0)
            return true;
        if (n < 0 && (errno != EINTR || signals_seen()))
            return false;
    }
}

bool files_read(const char *path, qjsp_buffer *buf)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read_all(fd, buf);
    int error = errno;

    if (fd >= 0 && !is_stdin)
        close(fd);
    errno = error;
    return ok;
}

const char *files_shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "stdin" : path;
}
