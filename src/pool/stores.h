/* SPDX-License-Identifier: MIT */
/* The stores behind a pool's mounts: one for each, with a lock, for all of its workers. */
#ifndef QJSP_POOL_STORES_H
#define QJSP_POOL_STORES_H

#include <qjspool/files.h>

/*
 * Makes the stores that `mounts` describe (which were checked), and makes each mount one of its store. As qjsp_store_new; on
 * failure none is left.
 */
QJSP_NODISCARD qjsp_status qjsp__stores_open(qjsp_mount *mounts, size_t n, const qjsp_alloc *alloc);
void qjsp__stores_close(qjsp_mount *mounts, size_t n);

#endif
