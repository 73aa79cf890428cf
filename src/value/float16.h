/* SPDX-License-Identifier: MIT */
/* Half-precision floats (IEEE 754 binary16) without compiler support. */
#ifndef QJSP_VALUE_FLOAT16_H
#define QJSP_VALUE_FLOAT16_H

#include <stdbool.h>
#include <stdint.h>

double qjsp__float16_to_double(uint16_t half);

/* False when no half has exactly this value. NaN has one, 0x7e00. */
bool qjsp__float16_from_float(float value, uint16_t *half);

#endif
