/* SPDX-License-Identifier: MIT */
/*
 * Tells AddressSanitizer which bytes of a region nobody may touch. Empty
 * functions in every other build, where QJSP__POISONS is 0. Both take whole multiples of 8 bytes.
 */
#ifndef QJSP_ARENA_POISON_H
#define QJSP_ARENA_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define QJSP__HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QJSP__HAS_ASAN 1
#endif
#endif

#ifdef QJSP__HAS_ASAN
#include <sanitizer/asan_interface.h>
enum { QJSP__POISONS = 1 };
#else
enum { QJSP__POISONS = 0 };
#endif

static inline void qjsp__poison(const void *ptr, size_t len)
{
#ifdef QJSP__HAS_ASAN
    __asan_poison_memory_region(ptr, len);
#else
    (void)ptr;
    (void)len;
#endif
}

static inline void qjsp__unpoison(const void *ptr, size_t len)
{
#ifdef QJSP__HAS_ASAN
    __asan_unpoison_memory_region(ptr, len);
#else
    (void)ptr;
    (void)len;
#endif
}

#endif
