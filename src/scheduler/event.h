/* SPDX-License-Identifier: MIT */
/*
 * One function for each kind of event: checks it, then changes tasks, sessions
 * and workers. Events about what is gone are late, not wrong: they are ignored.
 * A failure leaves everything as it was.
 */
#ifndef QJSP_SCHEDULER_EVENT_H
#define QJSP_SCHEDULER_EVENT_H

#include <qjspool/scheduler.h>

QJSP_NODISCARD qjsp_status qjsp__sched_on_submit(qjsp_sched *s, const qjsp_event *ev);
QJSP_NODISCARD qjsp_status qjsp__sched_on_session_open(qjsp_sched *s, const qjsp_event *ev);
QJSP_NODISCARD qjsp_status qjsp__sched_on_prewarm(qjsp_sched *s, const qjsp_event *ev);

void qjsp__sched_on_cancel(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_worker_up(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_worker_failed(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_worker_done(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_worker_down(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_worker_renewing(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_recalled(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_session_close(qjsp_sched *s, const qjsp_event *ev);
void qjsp__sched_on_close(qjsp_sched *s);
void qjsp__sched_on_abort(qjsp_sched *s);

#endif
