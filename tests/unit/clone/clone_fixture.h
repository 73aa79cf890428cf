/* SPDX-License-Identifier: MIT */
/* A bare realm with counted memory, for the tests of src/clone/clone.h. */
#ifndef QJSP_TESTS_CLONE_FIXTURE_H
#define QJSP_TESTS_CLONE_FIXTURE_H

#include "clone/clone.h"

/* Counts blocks of both the engine and the host; fails when told to. */
typedef struct memory {
    size_t live;
    size_t calls;
    size_t fail_at; /* 1: the next call; 0: never */
    bool fail_on;   /* and all after it */
} memory;

typedef struct realm {
    memory mem;
    qjsp_alloc alloc; /* host side, over the same memory */
    JSRuntime *rt;
    JSContext *ctx;
    qjsp__intrinsics *in;
    qjsp__clone_limits limits;
} realm;

void realm_open(realm *r);
/* Ends the process on a leak of values; mem.live is 0 afterwards. */
void realm_close(realm *r);

/* Arms the failure of the n-th call from now. */
void memory_arm(memory *m, size_t n, bool fail_on);
/* False: it never came so far. */
bool memory_disarm(memory *m);

/* The value of a script; fails the test if it throws. */
JSValue realm_eval(realm *r, const char *source);
/* The pending exception as text, in a static place; it is pending no more. */
const char *realm_take_exception(realm *r);
/* Encodes a script's value; the caller ends the buffer. */
qjsp_status realm_encode(realm *r, const char *source, qjsp_buffer *buf);
JSValue realm_decode(realm *r, qjsp_bytes bytes);
/* Whether a script's function, given the value, returns true. Takes value. */
bool realm_test(realm *r, const char *function, JSValue value);

/* Lower-case hexadecimal, in a static place. */
const char *hex_of(qjsp_bytes bytes);
/* Bytes of hexadecimal text; the caller ends the buffer. */
void hex_read(const char *hex, qjsp_buffer *out);

#endif
