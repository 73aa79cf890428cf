/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/command.h"

/*
 * The only writable state at file scope under src/: a handler is given
 * nothing but the number of the signal, so what it touches must have an
 * address that is known without it.
 */
static volatile sig_atomic_t nseen;
static volatile sig_atomic_t last; /* its number */
static volatile sig_atomic_t is_patient;
static volatile sig_atomic_t pipe_out = -1;

static void handle(int number)
{
    int saved = errno;

    if (nseen > 0 && !is_patient)
        _exit(CLI_INTERRUPTED);
    nseen = 1;
    if (last != SIGTERM)
        last = number;
    if (write(pipe_out, "", 1) < 0) {
        /* full or gone: signals_seen still tells */
    }
    errno = saved;
}

int signals_open(void)
{
    struct sigaction action = { .sa_handler = handle }; /* no SA_RESTART: writes give up */
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    int fds[2];

    if (pipe(fds) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(fds[i], F_SETFD, FD_CLOEXEC);
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
    }
    pipe_out = fds[1];
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    return fds[0];
}

void signals_be_patient(void)
{
    is_patient = 1;
}

int signals_take(int fd)
{
    int number = last;
    char bytes[16];

    while (read(fd, bytes, sizeof bytes) > 0) {
        /* one that comes now is not lost: `last` is looked at by the next call */
    }
    if (number != SIGTERM)
        last = 0;
    nseen = 0;
    return number;
}

bool signals_seen(void)
{
    return nseen > 0;
}
