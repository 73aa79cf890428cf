/* SPDX-License-Identifier: MIT */
/* qjsp_value_check, keeping the table of shareables for those who go on. */
#ifndef QJSP_VALUE_CHECK_H
#define QJSP_VALUE_CHECK_H

#include "value/shared.h"

/* Statuses of qjsp_value_check. `shared` must be empty, and is complete after
 * QJSP_OK; its allocator also serves the stack. */
QJSP_NODISCARD qjsp_status qjsp__value_check(qjsp_bytes in, uint32_t max_depth,
                                             qjsp__shared *shared, size_t *error_offset);

#endif
