/* SPDX-License-Identifier: MIT */
/*
 * A buffer on an open file, as FILE of C has it: reads ahead, writes behind, one at a time; the end
 * of file and errors stick until they are cleared.
 *
 * The buffer is as large as the largest piece that is worth sending across to a store that is
 * somewhere else. Reads and writes of that size and more go past it.
 */
#ifndef QJSP_FS_STREAM_H
#define QJSP_FS_STREAM_H

#include "fs/files.h"

enum { QJSP__STREAM_SIZE = 64 * 1024 };

typedef struct qjsp__stream {
    uint8_t *buf;    /* owned; NULL until it is needed */
    size_t at;       /* reading: first byte that was not given out */
    size_t len;      /* reading: bytes that were read; writing: bytes not written yet */
    bool is_writing; /* what is in buf is to be written */
    bool is_eof;
    bool has_failed;
    const qjsp_alloc *alloc;
} qjsp__stream;

/* How C's fopen reads a mode, such as "r+" or "wbx"; -EINVAL. */
int qjsp__stream_parse_mode(const char *mode, uint32_t *flags);

/* Gives an open file a buffer. -EINVAL: not opened for what `flags` say. -EBUSY: it has one. */
int qjsp__stream_attach(qjsp__fs *fs, int fd, uint32_t flags);
void qjsp__stream_free(qjsp__stream *s, const qjsp_alloc *alloc);

/* All of the following want a file that has a stream. */

/* How many bytes; fewer than len at the end, or after an error. */
size_t qjsp__stream_read(qjsp__file *file, uint8_t *to, size_t len);
size_t qjsp__stream_write(qjsp__file *file, const uint8_t *from, size_t len);
/* Bytes that are there to be read, reading ahead if there were none; empty: the end, or an error.
 * Borrowed until the next call on the file. */
qjsp_bytes qjsp__stream_peek(qjsp__file *file);
void qjsp__stream_consume(qjsp__file *file, size_t len); /* of what peek gave */
int qjsp__stream_flush(qjsp__file *file);
int qjsp__stream_seek(qjsp__file *file, int64_t offset, int whence);
int64_t qjsp__stream_tell(qjsp__file *file);

#endif
