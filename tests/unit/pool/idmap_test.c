/* SPDX-License-Identifier: MIT */
/* The table of ids, with and without memory to grow. */
#include "pool/idmap.h"

#include "base/checked.h"
#include "unit/pool/fixture.h"

enum { NODES = 1000 };

typedef struct thing {
    qjsp__id_node node;
    bool was_seen;
} thing;

static void see(void *ud, qjsp__id_node *node)
{
    thing *t = QJSP_CONTAINER_OF(node, thing, node);

    CHECK_TRUE("seen once", !t->was_seen);
    t->was_seen = true;
    ++*(size_t *)ud;
}

static void use_map(uint64_t fail_at)
{
    static const uint64_t first = 5;
    thing things[NODES] = { 0 };
    qjsp__id_map map;
    size_t seen = 0;
    meter m;
    qjsp_alloc alloc;

    meter_init(&m, fail_at);
    alloc = meter_alloc(&m);
    qjsp__id_map_init(&map, &alloc);
    CHECK_TRUE("empty", qjsp__id_map_any(&map) == NULL);
    for (size_t i = 0; i < NODES; i++) {
        things[i].node.id = first + i * 3;
        qjsp__id_map_put(&map, &things[i].node);
    }
    qjsp__id_map_each(&map, see, &seen);
    CHECK_INT("each", seen, NODES);
    CHECK_TRUE("between ids", qjsp__id_map_get(&map, first + 1) == NULL);
    for (size_t i = 0; i < NODES; i++) {
        uint64_t id = first + i * 3;

        CHECK_TRUE("get", qjsp__id_map_get(&map, id) == &things[i].node);
        CHECK_TRUE("remove", qjsp__id_map_remove(&map, id) == &things[i].node);
        CHECK_TRUE("gone", qjsp__id_map_get(&map, id) == NULL);
        CHECK_TRUE("remove again", qjsp__id_map_remove(&map, id) == NULL);
    }
    CHECK_INT("count", map.count, 0);
    qjsp__id_map_fini(&map);
    CHECK_INT("live", m.live, 0);
}

static void finds_what_was_put(void **state)
{
    (void)state;
    use_map(0);
}

static void works_without_memory(void **state)
{
    (void)state;
    use_map(1);
    use_map(3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(works_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
