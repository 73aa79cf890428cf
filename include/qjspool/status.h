/* SPDX-License-Identifier: MIT */
/*
 * What every other header needs: one status enum, borrowed bytes, an allocator.
 *
 * No function of the library reads an environment variable, prints, or ends
 * the process.
 */
#ifndef QJSPOOL_STATUS_H
#define QJSPOOL_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#define QJSP_API __attribute__((visibility("default")))
#define QJSP_NODISCARD __attribute__((warn_unused_result))
#else
#define QJSP_API
#define QJSP_NODISCARD
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a call came to. Negative values are failures. ORDER qjsp_status */
typedef enum qjsp_status {
    QJSP_OK = 0,
    QJSP_ERR_NOMEM = -1,     /* an allocation failed; the object is unchanged */
    QJSP_ERR_INVALID = -2,   /* the caller broke a documented precondition */
    QJSP_ERR_LIMIT = -3,     /* a configured limit was reached */
    QJSP_ERR_TRUNCATED = -4, /* input ended inside a value */
    QJSP_ERR_MALFORMED = -5, /* input can never become valid */
    QJSP_ERR_EXCEPTION = -6, /* JavaScript threw; the result says what */
    QJSP_ERR_CLOSED = -7,    /* shutdown has begun; nothing new is accepted */
    QJSP_ERR_CANCELED = -8,  /* the caller cancelled it; it may have run in part */
    QJSP_ERR_TIMEOUT = -9,   /* its deadline passed; it may have run in part */
    QJSP_ERR_CRASHED = -10,  /* its worker died; it may have run in part */
    QJSP_ERR_SYSTEM = -11,   /* the operating system refused; errno says why */
} qjsp_status;

/*
 * qjsp_status_name returns the constant's name, such as "QJSP_ERR_LIMIT";
 * "QJSP_ERR_UNKNOWN" for any other number. Static storage. Any thread.
 */
QJSP_API const char *qjsp_status_name(qjsp_status status);

/* Borrowed bytes; whoever made them says how long they live. data may be NULL
 * when len is 0. */
typedef struct qjsp_bytes {
    const uint8_t *data;
    size_t len;
} qjsp_bytes;

/*
 * Where host-side memory comes from (never a guest's, which lives in its
 * region). realloc(ud, ptr, size): ptr NULL allocates, size 0 frees and
 * returns NULL; NULL otherwise means that ptr is unchanged. Alignment as
 * malloc's. Pools call it from several threads at once.
 */
typedef struct qjsp_alloc {
    void *(*realloc)(void *ud, void *ptr, size_t size);
    void *ud;
} qjsp_alloc;

/* qjsp_alloc_default returns the libc allocator; static storage, any thread. */
QJSP_API const qjsp_alloc *qjsp_alloc_default(void);

#ifdef __cplusplus
}
#endif
#endif
