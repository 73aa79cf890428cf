/* SPDX-License-Identifier: MIT */
/* Names of the statuses, and the allocator that callers get by default. */
#include <qjspool/status.h>

#include <stdlib.h>

const char *qjsp_status_name(qjsp_status status)
{
    switch (status) { /* ORDER qjsp_status */
    case QJSP_OK: return "QJSP_OK";
    case QJSP_ERR_NOMEM: return "QJSP_ERR_NOMEM";
    case QJSP_ERR_INVALID: return "QJSP_ERR_INVALID";
    case QJSP_ERR_LIMIT: return "QJSP_ERR_LIMIT";
    case QJSP_ERR_TRUNCATED: return "QJSP_ERR_TRUNCATED";
    case QJSP_ERR_MALFORMED: return "QJSP_ERR_MALFORMED";
    case QJSP_ERR_EXCEPTION: return "QJSP_ERR_EXCEPTION";
    case QJSP_ERR_CLOSED: return "QJSP_ERR_CLOSED";
    case QJSP_ERR_CANCELED: return "QJSP_ERR_CANCELED";
    case QJSP_ERR_TIMEOUT: return "QJSP_ERR_TIMEOUT";
    case QJSP_ERR_CRASHED: return "QJSP_ERR_CRASHED";
    case QJSP_ERR_SYSTEM: return "QJSP_ERR_SYSTEM";
    }
    return "QJSP_ERR_UNKNOWN";
}

static void *libc_realloc(void *ud, void *ptr, size_t size)
{
    (void)ud;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size);
}

const qjsp_alloc *qjsp_alloc_default(void)
{
    static const qjsp_alloc libc = { .realloc = libc_realloc };

    return &libc;
}
