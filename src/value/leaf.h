/* SPDX-License-Identifier: MIT */
/* How a console shows values without children. */
#ifndef QJSP_VALUE_LEAF_H
#define QJSP_VALUE_LEAF_H

#include "value/node.h"

/* Everything but containers, views and references; strings in quotes. */
void qjsp__append_leaf(qjsp_buffer *out, const qjsp__node *node);

/* A property's name: bare if it is an identifier, else in quotes. */
void qjsp__append_key(qjsp_buffer *out, qjsp_bytes key);

void qjsp__append_cstr(qjsp_buffer *out, const char *text);

#endif
