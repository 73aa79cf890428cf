/* SPDX-License-Identifier: MIT */
/* Everything: run JavaScript that nobody vouches for, in parallel, in a sandbox. */
#ifndef QJSPOOL_QJSPOOL_H
#define QJSPOOL_QJSPOOL_H

#include <qjspool/buffer.h>
#include <qjspool/files.h>
#include <qjspool/isolate.h>
#include <qjspool/pool.h>
#include <qjspool/scheduler.h>
#include <qjspool/source.h>
#include <qjspool/status.h>
#include <qjspool/value.h>

#define QJSP_VERSION_MAJOR 0
#define QJSP_VERSION_MINOR 1
#define QJSP_VERSION_PATCH 0
#define QJSP_VERSION "0.1.0"

#endif
