/* SPDX-License-Identifier: MIT */
/* How a console shows an Error. */
#ifndef QJSP_VALUE_ERROR_TEXT_H
#define QJSP_VALUE_ERROR_TEXT_H

#include "value/node.h"

/* Appends "Name: message" and the frames of its stack on further lines, those
 * indented; in brackets when there are none. */
void qjsp__append_error(qjsp_buffer *out, const qjsp__error *error, size_t indent);

#endif
