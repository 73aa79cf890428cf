/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/mailbox.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

bool mailbox_init(mailbox *box)
{
    *box = (mailbox){ .fds = { -1, -1 } };
    pthread_mutex_init(&box->lock, NULL);
    if (pipe(box->fds) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        fcntl(box->fds[i], F_SETFD, FD_CLOEXEC);
        fcntl(box->fds[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}

void mailbox_fini(mailbox *box)
{
    for (letter *l = mailbox_take(box); l != NULL; l = l->next) {
        qjsp_result_free(l->result);
        l->result = NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (box->fds[i] >= 0)
            close(box->fds[i]);
    }
    pthread_mutex_destroy(&box->lock);
}

void mailbox_deliver(void *ud, uint64_t id, qjsp_result *result)
{
    letter *l = ud;
    mailbox *box = l->box;
    bool was_empty;

    (void)id;
    l->result = result;
    l->next = NULL;
    pthread_mutex_lock(&box->lock);
    was_empty = box->first == NULL;
    if (was_empty)
        box->first = l;
    else
        box->last->next = l;
    box->last = l;
    /* within the lock: a byte is in the pipe exactly while the box is not empty */
    if (was_empty && write(box->fds[1], "", 1) < 0) {
        /* cannot be full: there is at most one byte in it */
    }
    pthread_mutex_unlock(&box->lock);
}

letter *mailbox_take(mailbox *box)
{
    letter *first;
    char byte;

    pthread_mutex_lock(&box->lock);
    first = box->first;
    box->first = box->last = NULL;
    if (first != NULL && read(box->fds[0], &byte, 1) < 0) {
        /* never empty here, see mailbox_deliver */
    }
    pthread_mutex_unlock(&box->lock);
    return first;
}

int mailbox_wait(mailbox *box, int signal_fd, int fd, int timeout_ms)
{
    struct pollfd fds[] = {
        { .fd = box->fds[0], .events = POLLIN },
        { .fd = signal_fd, .events = POLLIN },
        { .fd = fd, .events = POLLIN },
    };

    int wake = 0;

    if (poll(fds, 3, timeout_ms) <= 0)
        return 0; /* or interrupted: the signal's descriptor tells the next time */
    for (int i = 0; i < 3; i++) {
        if (fds[i].revents != 0)
            wake |= 1 << i; /* ORDER WAKE_RESULT */
    }
    return wake;
}
