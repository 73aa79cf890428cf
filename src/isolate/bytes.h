/* SPDX-License-Identifier: MIT */
/* The bytes of a guest's buffers and strings. */
#ifndef QJSP_ISOLATE_BYTES_H
#define QJSP_ISOLATE_BYTES_H

#include <qjspool/buffer.h>
#include <quickjs.h>

/*
 * The bytes of an ArrayBuffer or of a view of one, which are the guest's: borrowed until any of its
 * code runs. False: an exception is pending, whose message begins with `who`.
 */
bool qjsp__bytes_get(JSContext *ctx, JSValueConst value, const char *who, qjsp_bytes *out);
/* The same, to be written to: not of a buffer that is immutable. */
bool qjsp__bytes_get_writable(JSContext *ctx, JSValueConst value, const char *who, uint8_t **data,
                              size_t *len);

/* encoding.c: appends the value, made a string, as UTF-8 with lone surrogates replaced. False: an
 * exception is pending. */
bool qjsp__encode_utf8(JSContext *ctx, JSValueConst value, qjsp_buffer *out);

#endif
