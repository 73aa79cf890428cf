/* SPDX-License-Identifier: MIT */
/*
 * A growable run of bytes with a hard limit and a sticky failure.
 *
 * Appending never needs a check of its own: the first failure is kept in
 * `status`, later appends do nothing, and whoever uses the bytes checks once.
 * One thread at a time.
 */
#ifndef QJSPOOL_BUFFER_H
#define QJSPOOL_BUFFER_H

#include <qjspool/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qjsp_buffer {
    uint8_t *data; /* owned; NULL while empty */
    size_t len;
    size_t cap;
    size_t limit;       /* len never passes it; SIZE_MAX: none */
    qjsp_status status; /* QJSP_OK, QJSP_ERR_NOMEM or QJSP_ERR_LIMIT */
    const qjsp_alloc *alloc;
} qjsp_buffer;

/* qjsp_buffer_init makes an empty buffer. alloc NULL: libc's; limit 0: none. */
QJSP_API void qjsp_buffer_init(qjsp_buffer *buf, const qjsp_alloc *alloc, size_t limit);

/* qjsp_buffer_fini frees the bytes; the buffer is empty and usable again. */
QJSP_API void qjsp_buffer_fini(qjsp_buffer *buf);

/* qjsp_buffer_clear forgets bytes and failure, and keeps the memory. */
QJSP_API void qjsp_buffer_clear(qjsp_buffer *buf);

/* qjsp_buffer_append copies len bytes to the end; on failure nothing is added
 * and status says why. data may be NULL when len is 0. */
QJSP_API void qjsp_buffer_append(qjsp_buffer *buf, const void *data, size_t len);

/*
 * qjsp_buffer_extend adds len bytes of undefined content and returns where
 * they begin; NULL on failure, with status set. Valid until the next append.
 */
QJSP_API uint8_t *qjsp_buffer_extend(qjsp_buffer *buf, size_t len);

/* qjsp_buffer_printf appends formatted text, without a terminating NUL. */
#if defined(__GNUC__) || defined(__clang__)
__attribute__((format(printf, 2, 3)))
#endif
QJSP_API void
qjsp_buffer_printf(qjsp_buffer *buf, const char *format, ...);

/* qjsp_buffer_peek returns the bytes; borrowed until the next change. */
QJSP_API qjsp_bytes qjsp_buffer_peek(const qjsp_buffer *buf);

#ifdef __cplusplus
}
#endif
#endif
