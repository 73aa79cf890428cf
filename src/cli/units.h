/* SPDX-License-Identifier: MIT */
/* Numbers, sizes and times as people write and read them. */
#ifndef QJSP_CLI_UNITS_H
#define QJSP_CLI_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parsers take the whole text or return false and leave *out as it was. */
bool units_parse_uint(const char *text, uint64_t *out);
/* "64m", "512k", "1g", "1000", "64MiB": bytes, in powers of 1024. */
bool units_parse_size(const char *text, uint64_t *out);
/* "500", "500ms", "2s", "1.5s", "1m": milliseconds. */
bool units_parse_duration(const char *text, uint64_t *out);
/* ISO 8601 with Z or an offset, or a date alone; or milliseconds since 1970. */
bool units_parse_clock(const char *text, double *out);

/* Formatters write a terminated string of at most size bytes and return out. */
const char *units_format_count(uint64_t n, char *out, size_t size);    /* 1,234,567 */
const char *units_format_size(uint64_t bytes, char *out, size_t size); /* 64 MiB */
const char *units_format_us(uint64_t us, char *out, size_t size);      /* 12.3 ms */
const char *units_format_left(double seconds, char *out, size_t size); /* 1:05 */

/* units_distance returns how many letters must change to make a into b. */
size_t units_distance(const char *a, size_t len, const char *b);

/* units_now_us returns a monotonic clock. */
uint64_t units_now_us(void);

#endif
