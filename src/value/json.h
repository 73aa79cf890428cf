/* SPDX-License-Identifier: MIT */
/* One value of checked input as JSON. */
#ifndef QJSP_VALUE_JSON_H
#define QJSP_VALUE_JSON_H

#include <qjspool/value.h>

#include "value/shared.h"

/* Appends the value at the reader, which moves past it. shared: complete, of
 * the whole input. QJSP_ERR_NOMEM, and whatever sticks in `out`. */
QJSP_NODISCARD qjsp_status qjsp__json_append(qjsp_reader *r, qjsp__shared *shared,
                                             qjsp_buffer *out);

#endif
