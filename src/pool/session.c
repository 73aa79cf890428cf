/* SPDX-License-Identifier: MIT */
/* Sessions: tasks that share the state of one pinned worker. Any thread. */
#include "base/alloc.h"
#include "base/checked.h"
#include "pool/pool.h"

static qjsp__session *find_session(qjsp_pool *pool, uint64_t id)
{
    qjsp__id_node *node = qjsp__id_map_get(&pool->sessions, id);

    return node == NULL ? NULL : QJSP_CONTAINER_OF(node, qjsp__session, node);
}

static qjsp__session *session_new(const qjsp_alloc *alloc)
{
    qjsp__session *session = qjsp__calloc(alloc, sizeof *session);

    if (session != NULL && pthread_cond_init(&session->cond, NULL) != 0) {
        qjsp__free(alloc, session);
        return NULL;
    }
    return session;
}

void qjsp__session_free(qjsp__session *session, const qjsp_alloc *alloc)
{
    if (session == NULL)
        return;
    pthread_cond_destroy(&session->cond);
    qjsp__free(alloc, session);
}

/* Caller holds pool->lock; drops it while it waits. */
static qjsp_status open_session(qjsp_pool *pool, qjsp__session *session)
{
    qjsp_event ev = { .kind = QJSP_EV_SESSION_OPEN, .session = ++pool->last_session };
    qjsp_status st;

    session->node.id = ev.session;
    qjsp__id_map_put(&pool->sessions, &session->node);
    st = qjsp__pool_feed(pool, &ev, &pool->deferred);
    while (st == QJSP_OK && session->state == QJSP__SESSION_OPENING)
        pthread_cond_wait(&session->cond, &pool->lock);
    if (st == QJSP_OK && session->state == QJSP__SESSION_FAILED)
        st = session->status;
    if (st != QJSP_OK)
        qjsp__id_map_remove(&pool->sessions, session->node.id);
    return st;
}

qjsp_status qjsp_pool_open_session(qjsp_pool *pool, uint64_t *session)
{
    qjsp__session *made = session_new(pool->alloc);
    qjsp_status st;

    if (made == NULL)
        return QJSP_ERR_NOMEM;
    pthread_mutex_lock(&pool->lock);
    st = open_session(pool, made);
    if (st == QJSP_OK)
        *session = made->node.id;
    pthread_mutex_unlock(&pool->lock);
    if (st != QJSP_OK)
        qjsp__session_free(made, pool->alloc);
    return st;
}

void qjsp_pool_close_session(qjsp_pool *pool, uint64_t session)
{
    qjsp_event ev = { .kind = QJSP_EV_SESSION_CLOSE, .session = session };
    qjsp__session *found;

    pthread_mutex_lock(&pool->lock);
    found = find_session(pool, session);
    if (found != NULL && found->state == QJSP__SESSION_OPENING)
        found = NULL; /* its id is not known to anybody yet: a guess */
    if (found != NULL) {
        (void)!qjsp__pool_feed(pool, &ev, &pool->deferred);
        qjsp__id_map_remove(&pool->sessions, session);
    }
    pthread_mutex_unlock(&pool->lock);
    qjsp__session_free(found, pool->alloc);
}

bool qjsp_pool_is_session_alive(qjsp_pool *pool, uint64_t session)
{
    const qjsp__session *found;
    bool is_alive;

    pthread_mutex_lock(&pool->lock);
    found = find_session(pool, session);
    is_alive = found != NULL && found->state == QJSP__SESSION_OPEN;
    pthread_mutex_unlock(&pool->lock);
    return is_alive;
}
