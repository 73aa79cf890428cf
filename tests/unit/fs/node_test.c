/* SPDX-License-Identifier: MIT */
/* Trees of nodes. */
#include "fs/node.h"

#include "fixture.h"

static qjsp__node *link_new(qjsp__node *dir, const char *name, bool is_directory)
{
    qjsp__node *node = qjsp__node_new(is_directory, qjsp_alloc_default());

    assert_non_null(node);
    assert_true(qjsp__node_link(dir, node, name, strlen(name), qjsp_alloc_default()));
    return node;
}

static void entries_are_found_and_sorted(void **state)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    qjsp__node *root = qjsp__node_new(true, alloc);
    char name[16];

    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "%u", i * 7919 % 500);
        link_new(root, name, false);
    }
    assert_int_equal(root->nchildren, 500);
    for (size_t i = 1; i < root->nchildren; i++)
        CHECK_TRUE("sorted", strcmp(root->children[i - 1]->name, root->children[i]->name) < 0);
    for (unsigned i = 0; i < 500; i += 2) {
        qjsp__node *node;

        snprintf(name, sizeof name, "%u", i);
        node = qjsp__node_find(root, name, strlen(name), NULL);
        CHECK_STR("found", node->name, name);
        qjsp__node_unlink(node, alloc);
        qjsp__node_free(node, alloc);
        CHECK_TRUE(name, qjsp__node_find(root, name, strlen(name), NULL) == NULL);
    }
    CHECK_TRUE("a beginning is no name", qjsp__node_find(root, "11", 1, NULL)->name[1] == '\0');
    qjsp__node_free(root, alloc);
}

static void moving_and_replacing(void **state)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    qjsp__node *root = qjsp__node_new(true, alloc), *a = link_new(root, "a", true);
    qjsp__node *b = link_new(a, "b", true), *c = link_new(b, "c", false);

    (void)state;
    assert_true(qjsp__node_is_below(c, a));
    assert_true(qjsp__node_is_below(a, a));
    assert_false(qjsp__node_is_below(a, b));
    assert_true(qjsp__node_link(root, c, "d", 1, alloc));
    assert_ptr_equal(qjsp__node_find(root, "d", 1, NULL), c);
    assert_int_equal(b->nchildren, 0);
    qjsp__node_replace(b, c, alloc); /* the file in the place of the folder */
    assert_ptr_equal(qjsp__node_find(a, "b", 1, NULL), c);
    assert_null(qjsp__node_find(root, "d", 1, NULL));
    assert_null(b->parent);
    qjsp__node_free(b, alloc);
    qjsp__node_free(root, alloc);
}

/* Deeper than any stack would take. */
static void a_deep_tree_is_freed(void **state)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    qjsp__node *root = qjsp__node_new(true, alloc), *at = root;

    (void)state;
    for (int i = 0; i < 300000; i++)
        at = link_new(at, "x", true);
    qjsp__node_free(root, alloc);
}

static void linking_without_memory_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0;; i++) {
        oom o = { .fail_at = i };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp__node *root = qjsp__node_new(true, &alloc);
        qjsp__node *node = root == NULL ? NULL : qjsp__node_new(false, &alloc);
        bool ok = node != NULL && qjsp__node_link(root, node, "a", 1, &alloc);

        if (root != NULL)
            assert_int_equal(root->nchildren, ok);
        if (!ok)
            qjsp__node_free(node, &alloc);
        qjsp__node_free(root, &alloc);
        assert_int_equal(o.live, 0);
        if (o.calls <= i) {
            assert_true(ok);
            break;
        }
        assert_false(ok);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_found_and_sorted),
        cmocka_unit_test(moving_and_replacing),
        cmocka_unit_test(a_deep_tree_is_freed),
        cmocka_unit_test(linking_without_memory_changes_nothing),
    };

    return cmocka_run_group_tests_name("fs/node", tests, NULL, NULL);
}
