/* SPDX-License-Identifier: MIT */
/*
 * A pool's options with everything they point to, in one block of memory.
 *
 * Never changed after it is made, so threads share it without a lock; counted,
 * because a worker that was abandoned may outlive its pool.
 */
#ifndef QJSP_POOL_CONFIG_H
#define QJSP_POOL_CONFIG_H

#include <qjspool/pool.h>
#include <stdatomic.h>

typedef struct qjsp__config {
    _Atomic uint32_t refs;
    const qjsp_alloc *alloc; /* borrowed */
    qjsp_pool_options opt;   /* what it points to lies behind this struct */
    qjsp_mount *mounts;      /* those of opt, each with a reference to its store */
} qjsp__config;

/* QJSP_ERR_INVALID: an option is out of range. QJSP_ERR_SYSTEM: a mount's directory cannot be
 * opened; errno says why. QJSP_ERR_NOMEM. */
QJSP_NODISCARD qjsp_status qjsp__config_new(qjsp__config **out, const qjsp_pool_options *opt);
void qjsp__config_ref(qjsp__config *config);
void qjsp__config_unref(qjsp__config *config); /* NULL is fine */

#endif
