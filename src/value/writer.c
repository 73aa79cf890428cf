/* SPDX-License-Identifier: MIT */
/*
 * Values as bytes, one item at a time. The writer knows heads and scalars; it
 * does not check that containers get as many items as they announced.
 */
#include <qjspool/value.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "value/cbor.h"
#include "value/float16.h"

/* How many bytes an argument takes behind its head: 0, 1, 2, 4 or 8. */
static size_t argument_width(uint64_t argument)
{
    if (argument < CBOR_ONE_BYTE)
        return 0;
    if (argument <= UINT8_MAX)
        return 1;
    if (argument <= UINT16_MAX)
        return 2;
    return argument <= UINT32_MAX ? 4 : 8;
}

static uint8_t width_info(size_t width)
{
    switch (width) {
    case 1: return CBOR_ONE_BYTE;
    case 2: return CBOR_TWO_BYTES;
    case 4: return CBOR_FOUR_BYTES;
    default: return CBOR_EIGHT_BYTES;
    }
}

/* A head whose argument takes `width` bytes, big-endian. */
static void write_wide(qjsp_buffer *buf, uint8_t major, uint64_t argument, size_t width)
{
    uint8_t item[9] = { (uint8_t)(major << 5 | width_info(width)) };

    for (size_t i = width; i > 0; i--) {
        item[i] = (uint8_t)argument;
        argument >>= 8;
    }
    qjsp_buffer_append(buf, item, width + 1);
}

/* The head of RFC 8949, section 3, in its shortest form. */
static void write_head(qjsp_buffer *buf, uint8_t major, uint64_t argument)
{
    size_t width = argument_width(argument);
    uint8_t short_head = (uint8_t)((uint64_t)major << 5 | argument);

    if (width == 0)
        qjsp_buffer_append(buf, &short_head, 1);
    else
        write_wide(buf, major, argument, width);
}

void qjsp_write_undefined(qjsp_buffer *buf)
{
    write_head(buf, CBOR_MAJOR_SIMPLE, CBOR_UNDEFINED);
}

void qjsp_write_null(qjsp_buffer *buf)
{
    write_head(buf, CBOR_MAJOR_SIMPLE, CBOR_NULL);
}

void qjsp_write_bool(qjsp_buffer *buf, bool value)
{
    write_head(buf, CBOR_MAJOR_SIMPLE, value ? CBOR_TRUE : CBOR_FALSE);
}

void qjsp_write_hole(qjsp_buffer *buf)
{
    write_head(buf, CBOR_MAJOR_SIMPLE, CBOR_HOLE);
}

void qjsp_write_int(qjsp_buffer *buf, int64_t value)
{
    if (value >= 0)
        write_head(buf, CBOR_MAJOR_UINT, (uint64_t)value);
    else
        write_head(buf, CBOR_MAJOR_NEGATIVE, ~(uint64_t)value);
}

void qjsp_write_uint(qjsp_buffer *buf, uint64_t value)
{
    write_head(buf, CBOR_MAJOR_UINT, value);
}

static void write_double(qjsp_buffer *buf, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    write_wide(buf, CBOR_MAJOR_SIMPLE, bits, 8);
}

static void write_shortest_float(qjsp_buffer *buf, double value)
{
    float narrow;
    uint32_t bits;
    uint16_t half;

    if (isfinite(value) && fabs(value) > FLT_MAX) {
        write_double(buf, value);
        return;
    }
    narrow = (float)value;
    if (!isnan(value) && (double)narrow != value) {
        write_double(buf, value);
        return;
    }
    if (qjsp__float16_from_float(narrow, &half)) {
        write_wide(buf, CBOR_MAJOR_SIMPLE, half, 2);
        return;
    }
    memcpy(&bits, &narrow, sizeof bits);
    write_wide(buf, CBOR_MAJOR_SIMPLE, bits, 4);
}

void qjsp_write_number(qjsp_buffer *buf, double value)
{
    const double max_integer = 9007199254740992.0; /* 2^53 */
    bool is_integer = fabs(value) <= max_integer && trunc(value) == value;

    if (is_integer && !(value == 0 && signbit(value)))
        qjsp_write_int(buf, (int64_t)value);
    else
        write_shortest_float(buf, value);
}

void qjsp_write_text(qjsp_buffer *buf, const char *text, size_t len)
{
    write_head(buf, CBOR_MAJOR_TEXT, len);
    qjsp_buffer_append(buf, text, len);
}

void qjsp_write_cstr(qjsp_buffer *buf, const char *text)
{
    qjsp_write_text(buf, text, strlen(text));
}

void qjsp_write_bytes(qjsp_buffer *buf, const void *data, size_t len)
{
    write_head(buf, CBOR_MAJOR_BYTES, len);
    qjsp_buffer_append(buf, data, len);
}

void qjsp_write_array(qjsp_buffer *buf, uint64_t count)
{
    write_head(buf, CBOR_MAJOR_ARRAY, count);
}

void qjsp_write_map(qjsp_buffer *buf, uint64_t npairs)
{
    write_head(buf, CBOR_MAJOR_MAP, npairs);
}

void qjsp_write_tag(qjsp_buffer *buf, uint64_t tag)
{
    write_head(buf, CBOR_MAJOR_TAG, tag);
}

void qjsp_write_error(qjsp_buffer *buf, const char *name, const char *message)
{
    qjsp_write_tag(buf, QJSP_TAG_OBJECT);
    qjsp_write_array(buf, 2);
    qjsp_write_cstr(buf, "Error");
    qjsp_write_map(buf, 2);
    qjsp_write_cstr(buf, "name");
    qjsp_write_cstr(buf, name);
    qjsp_write_cstr(buf, "message");
    qjsp_write_cstr(buf, message);
}
