/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE

#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RETURNED_TRUE = 40, RETURNED_FALSE = 41 };

static void run_body(bool (*body)(void *arg), void *arg)
{
    struct rlimit none = { 0 };
    int null = open("/dev/null", O_WRONLY);

    (void)setrlimit(RLIMIT_CORE, &none);
    if (null >= 0)
        (void)dup2(null, STDERR_FILENO);
    /* cmocka catches these to go on with the next test, in the child as well */
    (void)signal(SIGSEGV, SIG_DFL);
    (void)signal(SIGBUS, SIG_DFL);
    _exit(body(arg) ? RETURNED_TRUE : RETURNED_FALSE);
}

/* The exit code; -1: a signal. */
static int run(bool (*body)(void *arg), void *arg)
{
    pid_t pid = fork();
    int state;

    if (pid == 0)
        run_body(body, arg);
    if (pid < 0 || waitpid(pid, &state, 0) != pid)
        abort();
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

bool child_returns(bool (*body)(void *arg), void *arg)
{
    return run(body, arg) == RETURNED_TRUE;
}

bool child_dies(bool (*body)(void *arg), void *arg)
{
    int code = run(body, arg);

    return code != RETURNED_TRUE && code != RETURNED_FALSE;
}
