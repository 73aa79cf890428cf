/* SPDX-License-Identifier: MIT */
/*
 * Results on their way from the pool's threads to the main one, which sleeps
 * on a descriptor together with its input and its signals.
 *
 * The pool's own completion queue gives ids; here a result finds what it
 * belongs to by a pointer.
 */
#ifndef QJSP_CLI_MAILBOX_H
#define QJSP_CLI_MAILBOX_H

#include <pthread.h>
#include <qjspool/pool.h>

typedef struct mailbox mailbox;

/* The first member of what waits for a result. */
typedef struct letter {
    mailbox *box;
    struct letter *next;
    qjsp_result *result; /* owned once it has arrived */
} letter;

struct mailbox {
    pthread_mutex_t lock;
    letter *first; /* guarded by lock, as is last */
    letter *last;
    int fds[2]; /* readable while the box is not empty */
};

/* False: errno says why. */
bool mailbox_init(mailbox *box);
void mailbox_fini(mailbox *box);

/* mailbox_deliver is a qjsp_done_fn whose ud is a letter. */
void mailbox_deliver(void *ud, uint64_t id, qjsp_result *result);

/* mailbox_take removes all letters, in the order of their arrival; NULL: none. */
letter *mailbox_take(mailbox *box);

/* What ended a wait. */
enum { WAKE_RESULT = 1, WAKE_SIGNAL = 2, WAKE_INPUT = 4 };

/*
 * mailbox_wait sleeps until a result, a signal, or input on `fd` (-1: none) is there, at
 * most timeout_ms (-1: as long as it takes). It returns what there is; 0: nothing.
 */
int mailbox_wait(mailbox *box, int signal_fd, int fd, int timeout_ms);

#endif
