/* SPDX-License-Identifier: MIT */
#ifndef QJSP_WASM_HOST_STORE_H
#define QJSP_WASM_HOST_STORE_H

#include <qjspool/files.h>

/* A store of the host's, by its index there. waits: its answers may take a while, see host.h. */
QJSP_NODISCARD qjsp_status qjsp__host_store_new(qjsp_store **out, uint32_t index, bool waits,
                                                const qjsp_alloc *alloc);

#endif
