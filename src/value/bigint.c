/* SPDX-License-Identifier: MIT */
/* Bigints to digits. */
#include "value/bigint.h"

#include <string.h>

#include <inttypes.h>

enum {
    DECIMAL_BYTES = 4096, /* 9,865 digits take about a millisecond */
    LIMBS_MAX = DECIMAL_BYTES / 4 + 1,
    CHUNK = 1000000000, /* the largest power of ten below 2^32 */
    CHUNKS_MAX = LIMBS_MAX * 32 / 29 + 1,
};

static qjsp_bytes strip_zeros(qjsp_bytes bytes)
{
    while (bytes.len > 0 && bytes.data[0] == 0) {
        bytes.data++;
        bytes.len--;
    }
    return bytes;
}

/* Little-endian limbs of the magnitude; returns how many. */
static size_t load_limbs(const qjsp__bigint *value, qjsp_bytes bytes, uint32_t *limbs)
{
    size_t n = bytes.len / 4 + 1;

    memset(limbs, 0, n * sizeof *limbs);
    for (size_t i = 0; i < bytes.len; i++)
        limbs[i / 4] |= (uint32_t)bytes.data[bytes.len - 1 - i] << (i % 4 * 8);
    if (value->is_negative) { /* n + 1; the last limb has room for the carry */
        for (size_t i = 0; ++limbs[i] == 0; i++)
            continue;
    }
    return n;
}

/* Divides in place and returns the remainder. */
static uint32_t divide(uint32_t *limbs, size_t n)
{
    uint64_t rest = 0;

    for (size_t i = n; i > 0; i--) {
        rest = rest << 32 | limbs[i - 1];
        limbs[i - 1] = (uint32_t)(rest / CHUNK);
        rest %= CHUNK;
    }
    return (uint32_t)rest;
}

static void append_decimal(qjsp_buffer *out, const qjsp__bigint *value, qjsp_bytes bytes)
{
    uint32_t limbs[LIMBS_MAX], chunks[CHUNKS_MAX];
    size_t n = load_limbs(value, bytes, limbs), nchunks = 0;

    do {
        chunks[nchunks++] = divide(limbs, n);
        while (n > 0 && limbs[n - 1] == 0)
            n--;
    } while (n > 0);
    qjsp_buffer_printf(out, "%" PRIu32, chunks[nchunks - 1]);
    for (size_t i = nchunks - 1; i > 0; i--)
        qjsp_buffer_printf(out, "%09" PRIu32, chunks[i - 1]);
}

/* Where adding one stops to carry: the last byte that is not ff. */
static size_t carry_end(qjsp_bytes bytes)
{
    size_t at = bytes.len;

    while (at > 0 && bytes.data[at - 1] == 0xff)
        at--;
    return at;
}

static void append_hex(qjsp_buffer *out, const qjsp__bigint *value, qjsp_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t carry = value->is_negative ? carry_end(bytes) : bytes.len + 1;
    uint8_t *at;

    qjsp_buffer_append(out, "0x1", carry == 0 ? 3 : 2);
    at = qjsp_buffer_extend(out, bytes.len * 2);
    if (at == NULL)
        return;
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t byte = bytes.data[i];
        if (i + 1 >= carry) /* ff becomes 00 behind the carry */
            byte++;
        *at++ = (uint8_t)digits[byte >> 4];
        *at++ = (uint8_t)digits[byte & 15];
    }
}

void qjsp__append_bigint(qjsp_buffer *out, const qjsp__bigint *value)
{
    qjsp_bytes bytes = strip_zeros(value->bytes);

    if (value->is_negative)
        qjsp_buffer_append(out, "-", 1);
    if (bytes.len <= DECIMAL_BYTES)
        append_decimal(out, value, bytes);
    else
        append_hex(out, value, bytes);
}
