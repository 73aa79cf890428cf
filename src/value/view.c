/* SPDX-License-Identifier: MIT */
/* Typed arrays: classes and elements. */
#include "value/view.h"

#include <inttypes.h>
#include <string.h>

#include "base/checked.h"
#include "value/float16.h"
#include "value/number.h"

static const qjsp__view_type types[] = {
    { "Uint8Array", 64, 1, QJSP__ELEMENT_UINT },
    { "Uint8ClampedArray", 68, 1, QJSP__ELEMENT_UINT },
    { "Int8Array", 72, 1, QJSP__ELEMENT_INT },
    { "Uint16Array", 69, 2, QJSP__ELEMENT_UINT },
    { "Uint32Array", 70, 4, QJSP__ELEMENT_UINT },
    { "BigUint64Array", 71, 8, QJSP__ELEMENT_UINT },
    { "Int16Array", 77, 2, QJSP__ELEMENT_INT },
    { "Int32Array", 78, 4, QJSP__ELEMENT_INT },
    { "BigInt64Array", 79, 8, QJSP__ELEMENT_INT },
    { "Float16Array", 84, 2, QJSP__ELEMENT_FLOAT },
    { "Float32Array", 85, 4, QJSP__ELEMENT_FLOAT },
    { "Float64Array", 86, 8, QJSP__ELEMENT_FLOAT },
    { "DataView", 0, 1, QJSP__ELEMENT_UINT },
};

const qjsp__view_type *qjsp__view_by_tag(uint64_t tag)
{
    for (size_t i = 0; i < QJSP_COUNTOF(types); i++) {
        if (types[i].tag == tag && tag != 0)
            return &types[i];
    }
    return NULL;
}

const qjsp__view_type *qjsp__view_by_name(qjsp_bytes name)
{
    for (size_t i = 0; i < QJSP_COUNTOF(types); i++) {
        if (strlen(types[i].name) == name.len && memcmp(types[i].name, name.data, name.len) == 0)
            return &types[i];
    }
    return NULL;
}

static uint64_t load_le(const uint8_t *p, size_t size)
{
    uint64_t bits = 0;

    for (size_t i = size; i > 0; i--)
        bits = bits << 8 | p[i - 1];
    return bits;
}

static int64_t sign_extend(uint64_t bits, size_t size)
{
    uint64_t sign = (uint64_t)1 << ((size * 8 - 1) & 63);

    return (int64_t)((bits ^ sign) - sign);
}

static double float_from_bits(uint64_t bits, size_t size)
{
    uint32_t narrow = (uint32_t)bits;
    float f32;
    double f64;

    if (size == 2)
        return qjsp__float16_to_double((uint16_t)bits);
    if (size == 4) {
        memcpy(&f32, &narrow, sizeof f32);
        return (double)f32;
    }
    memcpy(&f64, &bits, sizeof f64);
    return f64;
}

double qjsp__view_get(const qjsp__view_type *type, const uint8_t *p)
{
    uint64_t bits = load_le(p, type->size);

    switch (type->element) {
    case QJSP__ELEMENT_UINT: return (double)bits;
    case QJSP__ELEMENT_INT: return (double)sign_extend(bits, type->size);
    default: return float_from_bits(bits, type->size);
    }
}

void qjsp__view_append(qjsp_buffer *out, const qjsp__view_type *type, const uint8_t *p)
{
    if (!qjsp__view_is_bigint(type))
        qjsp__append_number(out, qjsp__view_get(type, p));
    else if (type->element == QJSP__ELEMENT_UINT)
        qjsp_buffer_printf(out, "%" PRIu64, load_le(p, 8));
    else
        qjsp_buffer_printf(out, "%" PRId64, (int64_t)load_le(p, 8));
}
