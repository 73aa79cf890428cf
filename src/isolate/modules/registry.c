/* SPDX-License-Identifier: MIT */
#include "isolate/modules/registry.h"

#include <string.h>

static uint32_t hash(JSAtom name, qjsp__module_type type)
{
    return (uint32_t)(name * 2654435761u) + (uint32_t)type * 40503u;
}

uint32_t qjsp__registry_find(const qjsp__registry *g, JSAtom name, qjsp__module_type type)
{
    if (g->nslots == 0)
        return QJSP__NO_MODULE;
    for (uint32_t i = hash(name, type);; i++) {
        uint32_t slot = g->slots[i & (g->nslots - 1)];

        if (slot == 0)
            return QJSP__NO_MODULE;
        if (g->entries[slot - 1].name == name && g->entries[slot - 1].type == type)
            return slot - 1;
    }
}

static void insert(qjsp__registry *g, uint32_t entry)
{
    uint32_t i = hash(g->entries[entry].name, g->entries[entry].type);

    while (g->slots[i & (g->nslots - 1)] != 0)
        i++;
    g->slots[i & (g->nslots - 1)] = entry + 1;
}

/* Room for one more entry; the table stays at most half full. */
static bool reserve(JSContext *ctx, qjsp__registry *g)
{
    uint32_t cap = g->cap == 0 ? 16 : g->cap * 2, nslots = cap * 2;
    qjsp__module_entry *entries;
    uint32_t *slots;

    if (g->n < g->cap)
        return true;
    entries = js_realloc(ctx, g->entries, cap * sizeof *entries);
    if (entries == NULL)
        return false;
    g->entries = entries;
    slots = js_mallocz(ctx, nslots * sizeof *slots);
    if (slots == NULL)
        return false;
    js_free(ctx, g->slots);
    g->slots = slots;
    g->nslots = nslots;
    g->cap = cap;
    for (uint32_t i = 0; i < g->n; i++)
        insert(g, i);
    return true;
}

uint32_t qjsp__registry_add(JSContext *ctx, qjsp__registry *g, JSAtom name, qjsp__module_type type)
{
    uint32_t at = qjsp__registry_find(g, name, type);

    if (at != QJSP__NO_MODULE)
        return at;
    if (!reserve(ctx, g))
        return QJSP__NO_MODULE;
    g->entries[g->n] = (qjsp__module_entry){
        .name = JS_DupAtom(ctx, name),
        .type = (uint8_t)type,
        .first_out = -1,
        .first_in = -1,
        .error = JS_UNDEFINED,
    };
    insert(g, g->n);
    return g->n++;
}

bool qjsp__registry_connect(JSContext *ctx, qjsp__registry *g, uint32_t from, uint32_t to)
{
    int32_t edge = (int32_t)g->nedges;

    if (g->nedges == g->edges_cap) {
        uint32_t cap = g->edges_cap == 0 ? 64 : g->edges_cap * 2;
        qjsp__module_edge *edges = js_realloc(ctx, g->edges, cap * sizeof *edges);

        if (edges == NULL)
            return false;
        g->edges = edges;
        g->edges_cap = cap;
    }
    g->edges[g->nedges++] = (qjsp__module_edge){
        .from = from,
        .to = to,
        .next_out = g->entries[from].first_out,
        .next_in = g->entries[to].first_in,
    };
    g->entries[from].first_out = edge;
    g->entries[to].first_in = edge;
    return true;
}

bool qjsp__registry_walk(JSContext *ctx, qjsp__registry *g, const uint32_t *from, uint32_t nfrom,
                         bool backwards)
{
    uint32_t n = 0, *todo = js_malloc(ctx, (g->n + 1) * sizeof *todo);

    if (todo == NULL)
        return false;
    for (uint32_t i = 0; i < g->n; i++)
        g->entries[i].is_marked = false;
    for (uint32_t i = 0; i < nfrom; i++) {
        if (!g->entries[from[i]].is_marked)
            todo[n++] = from[i];
        g->entries[from[i]].is_marked = true;
    }
    while (n > 0) {
        const qjsp__module_entry *entry = &g->entries[todo[--n]];
        int32_t edge = backwards ? entry->first_in : entry->first_out;

        while (edge >= 0) {
            const qjsp__module_edge *e = &g->edges[edge];
            uint32_t next = backwards ? e->from : e->to;

            if (!g->entries[next].is_marked) {
                g->entries[next].is_marked = true;
                todo[n++] = next;
            }
            edge = backwards ? e->next_in : e->next_out;
        }
    }
    js_free(ctx, todo);
    return true;
}
