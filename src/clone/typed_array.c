/* SPDX-License-Identifier: MIT */
/* The table of typed arrays. */
#include "clone/typed_array.h"

#include <string.h>

#include "base/checked.h"

static const qjsp__typed_array table[] = {
    { "Uint8Array", JS_TYPED_ARRAY_UINT8, 64, 1 },
    { "Uint8ClampedArray", JS_TYPED_ARRAY_UINT8C, 68, 1 },
    { "Int8Array", JS_TYPED_ARRAY_INT8, 72, 1 },
    { "Uint16Array", JS_TYPED_ARRAY_UINT16, 69, 2 },
    { "Uint32Array", JS_TYPED_ARRAY_UINT32, 70, 4 },
    { "BigUint64Array", JS_TYPED_ARRAY_BIG_UINT64, 71, 8 },
    { "Int16Array", JS_TYPED_ARRAY_INT16, 77, 2 },
    { "Int32Array", JS_TYPED_ARRAY_INT32, 78, 4 },
    { "BigInt64Array", JS_TYPED_ARRAY_BIG_INT64, 79, 8 },
    { "Float16Array", JS_TYPED_ARRAY_FLOAT16, 84, 2 },
    { "Float32Array", JS_TYPED_ARRAY_FLOAT32, 85, 4 },
    { "Float64Array", JS_TYPED_ARRAY_FLOAT64, 86, 8 },
};

const qjsp__typed_array *qjsp__typed_array_by_type(int type)
{
    for (size_t i = 0; i < QJSP_COUNTOF(table); i++) {
        if ((int)table[i].type == type)
            return &table[i];
    }
    return NULL;
}

const qjsp__typed_array *qjsp__typed_array_by_tag(uint64_t tag)
{
    for (size_t i = 0; i < QJSP_COUNTOF(table); i++) {
        if (table[i].tag == tag)
            return &table[i];
    }
    return NULL;
}

const qjsp__typed_array *qjsp__typed_array_by_name(qjsp_bytes name)
{
    for (size_t i = 0; i < QJSP_COUNTOF(table); i++) {
        if (strlen(table[i].name) == name.len && memcmp(table[i].name, name.data, name.len) == 0)
            return &table[i];
    }
    return NULL;
}
