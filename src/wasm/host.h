/* SPDX-License-Identifier: MIT */
/*
 * The functions that isolate.wasm imports from its host, module "qjsp". All run on the
 * instance's thread while the guest waits; none may enter the isolate, and none may throw.
 * Besides these it imports four calls of WASI that libc makes; tests/package lists them.
 */
#ifndef QJSP_WASM_HOST_H
#define QJSP_WASM_HOST_H

#include <qjspool/buffer.h>

#include "wasm/file_call.h"

#define QJSP__IMPORT(name) __attribute__((import_module("qjsp"), import_name(name)))

/* Milliseconds of a monotonic clock, with fractions. */
QJSP__IMPORT("now") double qjsp__host_now(void);

/* A qjsp_status: why the running task must end; 0: it need not. */
QJSP__IMPORT("interrupt") int qjsp__host_interrupt(void);

/* args: a CBOR array. */
QJSP__IMPORT("console")
void qjsp__host_console(int level, const uint8_t *args, size_t len);

/*
 * A blocking host function, by its index among the config's. The host puts the answer
 * into `out` through qjsp_wasm_extend and returns a qjsp_status, as qjsp_host_fn does.
 */
QJSP__IMPORT("call")
int qjsp__host_call(uint32_t function, const uint8_t *args, size_t len, qjsp_buffer *out);

/* The source of a module, likewise; see qjsp_module_fn. */
QJSP__IMPORT("module")
int qjsp__host_module(const char *specifier, size_t specifier_len, const char *importer,
                      size_t importer_len, qjsp_buffer *out);

/* The text of a TypeScript file without its types, likewise; see qjsp_strip_types_fn. */
QJSP__IMPORT("strip_types")
int qjsp__host_strip_types(const char *filename, size_t filename_len, const uint8_t *source,
                           size_t len, qjsp_buffer *out);

/*
 * An operation on the store with that index; the answer to info and stat goes into the record,
 * that to list and realpath into `out`, through qjsp_wasm_extend. The result as fs/store.h has it.
 * The second is for stores that answer later: the host suspends the instance meanwhile, by JSPI.
 */
QJSP__IMPORT("file")
double qjsp__host_file(uint32_t store, qjsp__file_call *call, qjsp_buffer *out);
QJSP__IMPORT("file_wait")
double qjsp__host_file_wait(uint32_t store, qjsp__file_call *call, qjsp_buffer *out);

#endif
