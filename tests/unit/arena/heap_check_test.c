/* SPDX-License-Identifier: MIT */
/* The checker sees damage, and scrub leaves nothing of what was freed. */
#include "arena/heap.h"

#include "arena/region.h"
#include "base/checked.h"
#include "check.h"

enum { SIZE = 256 * 1024 };

typedef struct fixture {
    qjsp__region region;
    qjsp__heap *heap;
    uint8_t *low;  /* live, 200 bytes */
    uint8_t *hole; /* freed, 3000 bytes */
    uint8_t *high; /* live, 200 bytes */
} fixture;

static void fixture_init(fixture *f)
{
    assert_int_equal(qjsp__region_init(&f->region, SIZE), QJSP_OK);
    f->heap = qjsp__heap_init(f->region.base, SIZE);
    f->low = qjsp__heap_alloc(f->heap, 200, SIZE);
    f->hole = qjsp__heap_alloc(f->heap, 3000, SIZE);
    f->high = qjsp__heap_alloc(f->heap, 200, SIZE);
    memset(f->hole, 0x66, 3000);
    qjsp__heap_release(f->heap, f->hole);
    assert_true(qjsp__heap_check(f->heap, SIZE));
}

static void fixture_fini(fixture *f)
{
    qjsp__heap_expose(f->heap, SIZE);
    qjsp__region_fini(&f->region);
}

static void flip(uint8_t *ptr, uint8_t bits)
{
    *ptr = (uint8_t)(*ptr ^ bits);
}

static void flip_hole_list(fixture *f)
{
    for (uint32_t i = 0; i < f->heap->nlists; i++) {
        if (f->heap->lists[i] != NULL)
            f->heap->lists[i] = NULL;
    }
}

static void use_wrong_list(fixture *f)
{
    for (uint32_t i = 40; i < f->heap->nlists; i++) {
        if (f->heap->lists[i] != NULL) {
            f->heap->lists[33] = f->heap->lists[i];
            f->heap->subs[1] |= 2;
            f->heap->levels |= 2;
            return;
        }
    }
}

static void damage(fixture *f, size_t kind)
{
    uint64_t outside = (uint64_t)(uintptr_t)f->heap + SIZE;

    switch (kind) {
    case 0: flip(f->low - 8, 0x10); break;
    case 1: flip(f->low - 1, 0x01); break;
    case 2: memset(f->low - 8, 0, 8); break;
    case 3: flip(f->high - 8, 0x01); break;
    case 4: flip(f->high - 16, 0x10); break;
    case 5: memset(f->hole, 0x10, 8); break;
    case 6: memset(f->hole + 8, 0x10, 8); break;
    case 7: memcpy(f->hole, &outside, sizeof outside); break;
    case 8: f->heap->live += 16; break;
    case 9: f->heap->top += 16; break;
    case 10: f->heap->top = f->heap->first - 16; break;
    case 11: f->heap->high = f->heap->top - 16; break;
    case 12: f->heap->high = SIZE + 16; break;
    case 13: f->heap->levels ^= 1; break;
    case 14: f->heap->levels |= UINT64_C(1) << 47; break;
    case 15: f->heap->subs[3] ^= 4; break;
    case 16: flip_hole_list(f); break;
    case 17: use_wrong_list(f); break;
    case 18: f->heap->top -= qjsp__heap_block_size(200); break;
    case 19: flip(f->low - 8, 0x02); break;
    case 20: memcpy(f->low - 8, f->hole - 8, 8); break;
    }
}

static const char *const damages[] = {
    "a size that is too large",
    "a mark that is none",
    "no head",
    "a flag that denies a free neighbour",
    "a tail that is not the size",
    "a link to nowhere",
    "a link back to nowhere",
    "a link out of the heap",
    "a wrong sum of live bytes",
    "a top beyond the last block",
    "a top below the first block",
    "a high below the top",
    "a high beyond the region",
    "a level that has no list",
    "a level that does not exist",
    "a list that is not there",
    "a free block in no list",
    "a free block in two lists",
    "a last block that is free",
    "a flag that does not exist",
    "two heads alike",
};

static void test_every_damage_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(damages); i++) {
        fixture f;

        fixture_init(&f);
        qjsp__heap_expose(f.heap, SIZE); /* damage leads the checker into free blocks */
        damage(&f, i);
        CHECK_TRUE(damages[i], !qjsp__heap_check(f.heap, SIZE));
        fixture_fini(&f);
    }
}

static void test_a_cycle_in_a_list_is_seen(void **state)
{
    fixture f;
    uint64_t self;

    (void)state;
    fixture_init(&f);
    self = (uint64_t)(uintptr_t)f.hole - QJSP__HEAP_HEAD;
    memcpy(f.hole, &self, sizeof self);
    memcpy(f.hole + 8, &self, sizeof self);
    CHECK_TRUE("cycle", !qjsp__heap_check(f.heap, SIZE));
    fixture_fini(&f);
}

static void test_scrub_leaves_nothing_in_holes(void **state)
{
    fixture f;

    (void)state;
    fixture_init(&f);
    memset(f.low, 0x55, 200);
    memset(f.high, 0x55, 200);
    qjsp__heap_scrub(f.heap);
    CHECK_TRUE("sound", qjsp__heap_check(f.heap, SIZE));
    qjsp__heap_expose(f.heap, SIZE);
    for (size_t i = 0; i + 8 <= f.heap->top; i++) /* a pointer may have some 0x66 by chance */
        assert_memory_not_equal((uint8_t *)f.heap + i, "ffffffff", 8);
    for (size_t i = 0; i < 200; i++)
        assert_true(f.low[i] == 0x55 && f.high[i] == 0x55);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_damage_is_seen),
        cmocka_unit_test(test_a_cycle_in_a_list_is_seen),
        cmocka_unit_test(test_scrub_leaves_nothing_in_holes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
