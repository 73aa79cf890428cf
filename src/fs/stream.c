/* SPDX-License-Identifier: MIT */
#include "fs/stream.h"

#include "base/alloc.h"
#include "base/checked.h"

int qjsp__stream_parse_mode(const char *mode, uint32_t *flags)
{
    bool has_plus = strchr(mode, '+') != NULL;

    switch (mode[0]) {
    case 'r': *flags = 0; break;
    case 'w': *flags = QJSP__O_CREAT | QJSP__O_TRUNC; break;
    case 'a': *flags = QJSP__O_CREAT | QJSP__O_APPEND; break;
    default: return -QJSP__EINVAL;
    }
    if (strchr(mode, 'x') != NULL)
        *flags |= QJSP__O_EXCL;
    if (has_plus)
        *flags |= QJSP__O_RDWR;
    else if (mode[0] != 'r')
        *flags |= QJSP__O_WRONLY;
    return 0;
}

static bool may(uint32_t has, uint32_t wants)
{
    has &= QJSP__O_ACCMODE;
    wants &= QJSP__O_ACCMODE;
    return has == QJSP__O_RDWR || has == wants;
}

int qjsp__stream_attach(qjsp__fs *fs, int fd, uint32_t flags)
{
    qjsp__file *file = qjsp__fs_get(fs, fd);

    if (file == NULL)
        return -QJSP__EBADF;
    if (!may(file->flags, flags))
        return -QJSP__EINVAL;
    if (file->stream != NULL)
        return -QJSP__EBUSY;
    file->stream = qjsp__calloc(fs->alloc, sizeof *file->stream);
    if (file->stream == NULL)
        return -QJSP__ENOMEM;
    file->stream->alloc = fs->alloc;
    file->flags |= flags & QJSP__O_APPEND;
    return 0;
}

void qjsp__stream_free(qjsp__stream *s, const qjsp_alloc *alloc)
{
    qjsp__free(alloc, s->buf);
    qjsp__free(alloc, s);
}

/* ---- writing ---- */

/* Writes all of it, or says why not and how much is left. */
static int write_out(qjsp__file *file, const uint8_t *from, size_t len, size_t *left)
{
    *left = len;
    while (*left > 0) {
        int64_t n = qjsp__file_write(file, from + (len - *left), *left);

        if (n < 0)
            return (int)n;
        *left -= (size_t)n;
    }
    return 0;
}

/* What could not be written stays in the buffer, as a disk may have room again. */
int qjsp__stream_flush(qjsp__file *file)
{
    qjsp__stream *s = file->stream;
    size_t left;
    int ret;

    if (!s->is_writing)
        return 0;
    ret = write_out(file, s->buf, s->len, &left);
    if (left > 0)
        memmove(s->buf, s->buf + (s->len - left), left);
    s->len = left;
    if (ret == 0)
        s->is_writing = false;
    else
        s->has_failed = true;
    return ret;
}

/* The position goes back to what the reader has seen. */
static void drop_read_ahead(qjsp__file *file)
{
    qjsp__stream *s = file->stream;

    if (s->is_writing)
        return;
    file->position -= s->len - s->at;
    s->at = s->len = 0;
}

static bool reserve(qjsp__stream *s)
{
    if (s->buf == NULL)
        s->buf = qjsp__malloc(s->alloc, QJSP__STREAM_SIZE);
    if (s->buf == NULL)
        s->has_failed = true;
    return s->buf != NULL;
}

size_t qjsp__stream_write(qjsp__file *file, const uint8_t *from, size_t len)
{
    qjsp__stream *s = file->stream;
    size_t left = 0;

    if (len == 0)
        return 0;
    if ((file->flags & QJSP__O_ACCMODE) == QJSP__O_RDONLY || !reserve(s)) {
        s->has_failed = true;
        return 0;
    }
    drop_read_ahead(file);
    if (s->len + len > QJSP__STREAM_SIZE && qjsp__stream_flush(file) < 0)
        return 0;
    if (len >= QJSP__STREAM_SIZE) {
        if (write_out(file, from, len, &left) < 0)
            s->has_failed = true;
        return len - left;
    }
    memcpy(s->buf + s->len, from, len);
    s->len += len;
    s->is_writing = true;
    return len;
}

/* ---- reading ---- */

static bool may_read(qjsp__file *file)
{
    qjsp__stream *s = file->stream;

    if (s->is_eof)
        return false;
    if ((file->flags & QJSP__O_ACCMODE) == QJSP__O_WRONLY)
        s->has_failed = true;
    else if (qjsp__stream_flush(file) == 0)
        return true;
    return false;
}

/* Into the buffer, or where it is wanted; 0: the end, or an error. */
static size_t read_in(qjsp__file *file, uint8_t *to, size_t len)
{
    int64_t n = qjsp__file_read(file, to, len);

    if (n == 0)
        file->stream->is_eof = true;
    if (n < 0)
        file->stream->has_failed = true;
    return n < 0 ? 0 : (size_t)n;
}

qjsp_bytes qjsp__stream_peek(qjsp__file *file)
{
    qjsp__stream *s = file->stream;

    if (s->is_writing || s->at == s->len) {
        if (!may_read(file) || !reserve(s))
            return (qjsp_bytes){ 0 };
        s->at = 0;
        s->len = read_in(file, s->buf, QJSP__STREAM_SIZE);
    }
    return (qjsp_bytes){ s->buf + s->at, s->len - s->at };
}

void qjsp__stream_consume(qjsp__file *file, size_t len)
{
    file->stream->at += len;
}

size_t qjsp__stream_read(qjsp__file *file, uint8_t *to, size_t len)
{
    qjsp__stream *s = file->stream;
    size_t done = 0;

    while (done < len) {
        bool is_empty = s->is_writing || s->at == s->len;
        size_t n;

        if (is_empty && len - done >= QJSP__STREAM_SIZE) {
            if (!may_read(file))
                break;
            n = read_in(file, to + done, len - done);
        } else {
            qjsp_bytes ready = qjsp__stream_peek(file);

            n = qjsp__size_min(ready.len, len - done);
            if (n > 0)
                memcpy(to + done, ready.data, n);
            qjsp__stream_consume(file, n);
        }
        if (n == 0)
            break;
        done += n;
    }
    return done;
}

/* ---- the position ---- */

int qjsp__stream_seek(qjsp__file *file, int64_t offset, int whence)
{
    int ret = qjsp__stream_flush(file);
    int64_t position;

    if (ret < 0)
        return ret;
    drop_read_ahead(file);
    position = qjsp__file_seek(file, offset, whence);
    if (position < 0)
        return (int)position;
    file->stream->is_eof = false;
    return 0;
}

int64_t qjsp__stream_tell(qjsp__file *file)
{
    const qjsp__stream *s = file->stream;
    int ret;

    if (!s->is_writing)
        return (int64_t)(file->position - (s->len - s->at));
    if ((file->flags & QJSP__O_APPEND) == 0)
        return (int64_t)(file->position + s->len);
    /* where the bytes go is known when they are there */
    ret = qjsp__stream_flush(file);
    return ret < 0 ? ret : (int64_t)file->position;
}
