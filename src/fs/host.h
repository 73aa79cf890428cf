/* SPDX-License-Identifier: MIT */
/* The host's terms and ours: errors, flags, modes and times. */
#ifndef QJSP_FS_HOST_H
#define QJSP_FS_HOST_H

#include <sys/stat.h>
#include <time.h>

#include "fs/store.h"

/* errno, as an error of ours, negated. A way that leads out of a directory is -EACCES. */
int qjsp__host_error(void);
/* For open. Without O_TRUNC: who counts bytes does it himself. */
int qjsp__host_flags(uint32_t flags);
uint8_t qjsp__host_type(mode_t mode); /* mode >> 12, as a store's list has it */
void qjsp__host_describe(const struct stat *st, qjsp__file_info *out);
struct timespec qjsp__host_timespec(double ms);

#endif
