/* SPDX-License-Identifier: MIT */
/* See clone_fixture.h. */
#include "clone_fixture.h"

#include <malloc.h>
#include <stdlib.h>

#include "check.h"

static bool memory_fails(memory *m)
{
    m->calls++;
    if (m->fail_at == 0)
        return false;
    return m->fail_on ? m->calls >= m->fail_at : m->calls == m->fail_at;
}

static void *memory_realloc(void *opaque, void *ptr, size_t size)
{
    memory *m = opaque;
    void *grown;

    if (size == 0) {
        m->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (memory_fails(m))
        return NULL;
    grown = realloc(ptr, size);
    m->live += ptr == NULL && grown != NULL;
    return grown;
}

static void *engine_malloc(void *opaque, size_t size)
{
    return memory_realloc(opaque, NULL, size == 0 ? 1 : size);
}

static void *engine_calloc(void *opaque, size_t count, size_t size)
{
    void *ptr = size != 0 && count > SIZE_MAX / size ? NULL : engine_malloc(opaque, count * size);

    if (ptr != NULL)
        memset(ptr, 0, count * size);
    return ptr;
}

static void engine_free(void *opaque, void *ptr)
{
    memory_realloc(opaque, ptr, 0);
}

static size_t engine_usable_size(const void *ptr)
{
    return malloc_usable_size((void *)(uintptr_t)ptr);
}

void realm_open(realm *r)
{
    static const JSMallocFunctions functions = {
        engine_calloc, engine_malloc, engine_free, memory_realloc, engine_usable_size,
    };

    *r = (realm){ .alloc = { memory_realloc, &r->mem } };
    r->rt = JS_NewRuntime2(&functions, &r->mem);
    assert_non_null(r->rt);
    JS_SetDumpFlags(r->rt, JS_ABORT_ON_LEAKS);
    r->ctx = JS_NewContext(r->rt);
    assert_non_null(r->ctx);
    r->in = qjsp__intrinsics_new(r->ctx);
    assert_non_null(r->in);
}

void realm_close(realm *r)
{
    qjsp__intrinsics_free(r->ctx, r->in);
    JS_FreeContext(r->ctx);
    JS_FreeRuntime(r->rt);
    assert_int_equal(r->mem.live, 0);
}

void memory_arm(memory *m, size_t n, bool fail_on)
{
    m->calls = 0;
    m->fail_at = n;
    m->fail_on = fail_on;
}

bool memory_disarm(memory *m)
{
    bool was_reached = m->calls >= m->fail_at;

    m->fail_at = 0;
    return was_reached;
}

JSValue realm_eval(realm *r, const char *source)
{
    JSValue value;

    /* what an earlier step threw: nothing is compiled beside it (isolate/engine/buffers.h) */
    JS_FreeValue(r->ctx, JS_GetException(r->ctx));
    value = JS_Eval(r->ctx, source, strlen(source), "test.js", JS_EVAL_TYPE_GLOBAL);
    if (JS_IsException(value))
        CHECK_FAIL(source, __FILE__, __LINE__, "  threw: %s\n", realm_take_exception(r));
    return value;
}

const char *realm_take_exception(realm *r)
{
    static char text[512];
    JSValue error = JS_GetException(r->ctx);
    const char *shown = JS_ToCString(r->ctx, error);

    snprintf(text, sizeof text, "%s", shown == NULL ? "(no text)" : shown);
    JS_FreeCString(r->ctx, shown);
    JS_FreeValue(r->ctx, error);
    return text;
}

qjsp_status realm_encode(realm *r, const char *source, qjsp_buffer *buf)
{
    JSValue value = realm_eval(r, source);
    qjsp_status st;

    qjsp_buffer_init(buf, &r->alloc, 0);
    st = qjsp__encode(r->ctx, r->in, value, "result", &r->limits, buf);
    JS_FreeValue(r->ctx, value);
    return st;
}

JSValue realm_decode(realm *r, qjsp_bytes bytes)
{
    return qjsp__decode(r->ctx, r->in, bytes, &r->limits);
}

bool realm_test(realm *r, const char *function, JSValue value)
{
    JSValue fn = realm_eval(r, function);
    JSValue result = JS_Call(r->ctx, fn, JS_UNDEFINED, 1, &value);
    bool is_true = JS_IsBool(result) && JS_VALUE_GET_BOOL(result);

    if (JS_IsException(result))
        CHECK_FAIL(function, __FILE__, __LINE__, "  threw: %s\n", realm_take_exception(r));
    JS_FreeValue(r->ctx, result);
    JS_FreeValue(r->ctx, fn);
    JS_FreeValue(r->ctx, value);
    return is_true;
}

const char *hex_of(qjsp_bytes bytes)
{
    static char text[4096];

    text[0] = '\0';
    for (size_t i = 0; i < bytes.len && 2 * i + 3 < sizeof text; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
    return text;
}

void hex_read(const char *hex, qjsp_buffer *out)
{
    qjsp_buffer_init(out, NULL, 0);
    for (; hex[0] != '\0'; hex += 2) {
        char pair[3] = { hex[0], hex[1], '\0' };
        uint8_t byte = (uint8_t)strtoul(pair, NULL, 16);

        qjsp_buffer_append(out, &byte, 1);
    }
}
