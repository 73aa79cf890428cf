/* SPDX-License-Identifier: MIT */
/* Intrusive lists. */
#include "base/list.h"

#include "../../check.h"

typedef struct item {
    char letter;
    qjsp__list link;
} item;

static const char *letters(const qjsp__list *head, char *out)
{
    size_t n = 0;

    for (qjsp__list *at = head->next; at != head; at = at->next) {
        assert_ptr_equal(at->next->prev, at);
        out[n++] = QJSP_LIST_ENTRY(at, item, link)->letter;
    }
    out[n] = '\0';
    return out;
}

static void nodes_keep_their_order(void **state)
{
    qjsp__list head;
    item items[] = { { .letter = 'a' }, { .letter = 'b' }, { .letter = 'c' }, { .letter = 'd' } };
    char got[8];

    (void)state;
    qjsp__list_init(&head);
    CHECK_TRUE("empty", qjsp__list_is_empty(&head) && qjsp__list_first(&head) == NULL);
    for (size_t i = 0; i < 3; i++)
        qjsp__list_insert(&head, &items[i].link);
    CHECK_STR("at the end", letters(&head, got), "abc");
    qjsp__list_insert(&items[1].link, &items[3].link);
    CHECK_STR("before another", letters(&head, got), "adbc");
    CHECK_TRUE("first", qjsp__list_first(&head) == &items[0].link);
    qjsp__list_remove(&items[3].link);
    CHECK_STR("from the middle", letters(&head, got), "abc");
    qjsp__list_remove(&items[0].link);
    qjsp__list_remove(&items[2].link);
    CHECK_STR("from both ends", letters(&head, got), "b");
    qjsp__list_remove(&items[1].link);
    CHECK_TRUE("empty again", qjsp__list_is_empty(&head));
}

static void a_removed_node_may_be_removed_again(void **state)
{
    qjsp__list head;
    item a = { .letter = 'a' }, b = { .letter = 'b' };
    char got[8];

    (void)state;
    qjsp__list_init(&head);
    qjsp__list_insert(&head, &a.link);
    qjsp__list_insert(&head, &b.link);
    qjsp__list_remove(&a.link);
    qjsp__list_remove(&a.link);
    CHECK_STR("the other stays", letters(&head, got), "b");
    qjsp__list_insert(&head, &a.link);
    CHECK_STR("and it can come back", letters(&head, got), "ba");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_keep_their_order),
        cmocka_unit_test(a_removed_node_may_be_removed_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
