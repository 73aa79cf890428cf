/* SPDX-License-Identifier: MIT */
/* Half-precision floats by their bits. */
#include "value/float16.h"

#include <math.h>
#include <string.h>

double qjsp__float16_to_double(uint16_t half)
{
    int exponent = half >> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    double value;

    if (exponent == 0)
        value = ldexp(mantissa, -24);
    else if (exponent == 0x1f)
        value = mantissa == 0 ? (double)INFINITY : (double)NAN;
    else
        value = ldexp(mantissa + 0x400, exponent - 25);
    return (half & 0x8000) != 0 ? -value : value;
}

/* The magnitude, below infinity; bits are those of a float. */
static bool finite_from_bits(uint32_t bits, uint32_t *half)
{
    int exponent = (int)(bits >> 23) - 127;
    uint32_t mantissa = (bits & 0x7fffff) | 0x800000;
    int shift = 13;

    if (bits == 0) {
        *half = 0;
        return true;
    }
    if (exponent > 15 || exponent < -24)
        return false;
    if (exponent < -14)
        shift += -14 - exponent; /* a subnormal half */
    if ((mantissa & ((1u << shift) - 1)) != 0)
        return false;
    mantissa >>= shift;
    *half = exponent < -14 ? mantissa : (uint32_t)(exponent + 15) << 10 | (mantissa & 0x3ff);
    return true;
}

bool qjsp__float16_from_float(float value, uint16_t *half)
{
    uint32_t bits, magnitude;

    if (isnan(value)) {
        *half = 0x7e00;
        return true;
    }
    memcpy(&bits, &value, sizeof bits);
    if (isinf(value))
        magnitude = 0x7c00;
    else if (!finite_from_bits(bits & 0x7fffffff, &magnitude))
        return false;
    *half = (uint16_t)(bits >> 16 & 0x8000) | (uint16_t)magnitude;
    return true;
}
