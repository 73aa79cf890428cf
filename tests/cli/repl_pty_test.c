/* SPDX-License-Identifier: MIT */
/*
 * qjspool repl as a person has it, through a pseudo-terminal. Nothing sleeps: each step waits for
 * what must appear, and a guest says that it runs before it is stopped.
 */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { WAIT_MS = 30000, SCREEN = 1 << 20 };

#define CTRL_C "\x03"
#define CTRL_D "\x04"
#define UP "\x1b[A"
#define PROMPT "\n> "

typedef struct terminal {
    int fd;
    pid_t pid;
    char raw[SCREEN];  /* all that came */
    char text[SCREEN]; /* the same without carriage returns and sequences */
    size_t raw_len, text_len;
    size_t seen;     /* of text: up to the end of the last match */
    size_t stripped; /* of raw */
    bool has_closed;
} terminal;

static char folder[] = "/tmp/qjspool-repl-XXXXXX";
static char history[64];
static terminal *term; /* of the test that runs */

static void set_environment(void)
{
    setenv("TERM", "vt100", 1);
    setenv("HOME", folder, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("QJSPOOL_HISTORY", history, 1);
    setenv("LSAN_OPTIONS", "print_suppressions=0:suppressions=" QJSP_TESTS_DIR "/cli/libedit.supp",
           1);
    unsetenv("NO_COLOR");
}

/* The child's side. */
static void become(int slave, char *const *argv)
{
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    for (int fd = 0; fd <= 2; fd++)
        dup2(slave, fd);
    if (slave > 2)
        close(slave);
    set_environment();
    execv(argv[0], argv);
    _exit(126);
}

static void start(const char *option, const char *value)
{
    char *argv[] = { getenv("QJSPOOL"), (char *)(uintptr_t) "repl", (char *)(uintptr_t)option,
                     (char *)(uintptr_t)value, NULL };
    struct winsize size = { .ws_row = 24, .ws_col = 80 };
    int slave;

    assert_non_null(argv[0]);
    term = calloc(1, sizeof *term);
    assert_non_null(term);
    term->fd = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(term->fd >= 0 && grantpt(term->fd) == 0 && unlockpt(term->fd) == 0);
    slave = open(ptsname(term->fd), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    ioctl(slave, TIOCSWINSZ, &size);
    term->pid = fork();
    assert_true(term->pid >= 0);
    if (term->pid == 0)
        become(slave, argv);
    close(slave);
}

/* Bytes of the sequence at the end of the escape; 0: it is not all there yet. */
static size_t sequence_len(const char *s, size_t len)
{
    if (len < 2)
        return 0;
    if (s[1] != '[')
        return 2;
    for (size_t i = 2; i < len; i++) {
        if (s[i] >= 0x40 && s[i] <= 0x7e)
            return i + 1;
    }
    return 0;
}

static void strip(terminal *t)
{
    while (t->stripped < t->raw_len) {
        char c = t->raw[t->stripped];
        size_t n = 1;

        if (c == 0x1b)
            n = sequence_len(t->raw + t->stripped, t->raw_len - t->stripped);
        else if (c != '\r' && c != '\a' && c != '\b')
            t->text[t->text_len++] = c;
        if (n == 0)
            return;
        t->stripped += n;
    }
    t->text[t->text_len] = 0;
}

/* False: there is no more. */
static bool receive(terminal *t)
{
    struct pollfd fd = { .fd = t->fd, .events = POLLIN };
    char block[4096];
    ssize_t n;

    if (poll(&fd, 1, WAIT_MS) <= 0)
        return false;
    assert_true(t->raw_len < SCREEN - sizeof block);
    n = read(t->fd, block, sizeof block);
    t->has_closed = n <= 0;
    if (n <= 0)
        return false;
    for (ssize_t i = 0; i < n; i++) { /* a NUL fills time, and would end our search */
        if (block[i] != 0)
            t->raw[t->raw_len++] = block[i];
    }
    strip(t);
    return true;
}

static void see(const char *want)
{
    for (;;) {
        char *at = strstr(term->text + term->seen, want);

        if (at != NULL) {
            term->seen = (size_t)(at - term->text) + strlen(want);
            return;
        }
        if (!receive(term))
            CHECK_FAIL(want, __FILE__, __LINE__, "  not seen; the screen:\n%s\n", term->text);
    }
}

static void type(const char *keys)
{
    size_t left = strlen(keys);

    while (left > 0) {
        ssize_t n = write(term->fd, keys, left);

        assert_true(n > 0);
        keys += n;
        left -= (size_t)n;
    }
}

/* A line, what it shows, and the next prompt. */
static void enter(const char *line, const char *want)
{
    type(line);
    type("\n");
    see("\n");
    see(want);
    see(PROMPT);
}

/* Waits for the end; returns the exit code. */
static int finish(void)
{
    int status = 0;

    while (receive(term)) {
    }
    if (!term->has_closed)
        CHECK_FAIL("the end", __FILE__, __LINE__, "  it did not come; the screen:\n%s\n",
                   term->text);
    if (term->pid > 0)
        waitpid(term->pid, &status, 0);
    term->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int clean_up(void **state)
{
    (void)state;
    if (term == NULL)
        return 0;
    if (term->pid > 0) {
        kill(term->pid, SIGKILL);
        waitpid(term->pid, NULL, 0);
    }
    close(term->fd);
    free(term);
    term = NULL;
    unlink(history);
    return 0;
}

static void leave(void)
{
    type(CTRL_D);
    assert_int_equal(finish(), 0);
}

static void start_plain(void)
{
    start("--no-color", NULL);
    see(PROMPT);
}

/* ---- tests ---- */

static void test_lines(void **state)
{
    (void)state;
    start_plain();
    enter("1 + 1", "2");
    enter("_ * 21", "42");
    enter("const a = 1", "undefined");
    enter("const a = 2; a", "2");
    enter("await Promise.resolve('w\xc3\xa9\xe6\x97\xa5')", "'w\xc3\xa9\xe6\x97\xa5'");
    enter("throw new TypeError('no')", "Uncaught TypeError: no");
    enter("console.log('out')", "out\nundefined");
    leave();
}

static void test_inputs_of_many_lines(void **state)
{
    (void)state;
    start_plain();
    type("function f() {\n");
    see("\n...   ");
    type("if (1) {\n");
    see("\n...     ");
    type("return `\n");
    see("\n... "); /* in a template blanks are text */
    type("}`\n");
    see("\n...     ");
    type("}\n");
    see("}\n...   "); /* the brace went back to where the `if` stands */
    type("}\n");
    see("}\n");
    see(PROMPT);
    enter("f()", "'\\n}'");
    leave();
}

static void test_ctrl_c_and_ctrl_d_at_the_prompt(void **state)
{
    (void)state;
    start_plain();
    type("garbage +" CTRL_C);
    see("^C" PROMPT);
    enter("5", "5");
    type("f(\n");
    see("\n...   ");
    type(CTRL_C);
    see("^C" PROMPT);
    enter("6", "6");
    type("{\n");
    see("\n...   ");
    type("\x15" CTRL_D); /* an empty line first: blanks were put in it */
    see(PROMPT);
    enter("7", "7");
    leave();
}

static void test_ctrl_c_stops_what_runs(void **state)
{
    (void)state;
    start("--memory", "512m");
    see(PROMPT);
    enter("var kept = 9", "undefined");
    type("console.log('loops'); for (;;) {}\n");
    see("\nloops\n");
    type(CTRL_C);
    see("Interrupted" PROMPT);
    type("console.log('waits'); await new Promise((r) => setTimeout(r, 1e8))\n");
    see("\nwaits\n");
    type(CTRL_C CTRL_C CTRL_C); /* each may take what is on its way to the screen with it */
    see(PROMPT);
    enter("'state: ' + kept", "'state: 9'");
    type("console.log('deaf'); new Array(2 ** 32 - 1) + ''\n");
    see("\ndeaf\n");
    type(CTRL_C);
    see("Interrupted");
    see("a new one has begun, its state is gone");
    see(PROMPT);
    enter("'state: ' + typeof kept", "'state: undefined'");
    leave();
}

static void test_names(void **state)
{
    (void)state;
    start_plain();
    enter("var ran = 0; function hostile() { ran++; for (;;) {} }", "undefined");
    enter("Object.defineProperty(globalThis, 'trapped', { get: hostile }); 1", "1");
    enter("var proxy = new Proxy({}, { ownKeys: hostile, get: hostile, getPrototypeOf: hostile, "
          "getOwnPropertyDescriptor: hostile }); 2",
          "2");
    enter("globalThis['evil\\x1b]0;title\\x07'] = 1; globalThis['evil\\u202e'] = 1; 3", "3");
    enter("Object.prototype.value = 1; Array.prototype.push = hostile; 4", "4");
    type("JSON.pa\t.na\t");
    see("JSON.parse");
    see(".name");
    type("\n");
    see("\n'parse'" PROMPT);
    type("trapped.\tproxy.\tevil\t" CTRL_C);
    see(PROMPT);
    enter("'ran ' + ran", "'ran 0'");
    type("'abc'.length; Math.c\t");
    see("\ncbrt");
    see("clz32");
    see("Math.c");
    type(CTRL_C);
    see(PROMPT);
    type(".he\t\n");
    see(".load FILE");
    see(PROMPT);
    assert_null(strstr(term->raw, "\x1b]0;title"));
    leave();
}

static void test_history(void **state)
{
    struct stat status;

    (void)state;
    start_plain();
    enter("'first'.length", "5");
    enter(" 'secret'", "'secret'");
    enter("'sec' + 'ond'", "'second'");
    assert_int_equal(stat(history, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    leave();
    close(term->fd);
    free(term);
    start_plain();
    type(UP "\n");
    see("\n'second'" PROMPT);
    type(UP UP "\n"); /* a line stands there once */
    see("\n5" PROMPT);
    leave();
}

/* Whatever a guest prints, shows or throws: no sequence of its own gets to the terminal. */
static void test_sequences_of_guests(void **state)
{
    (void)state;
    start("--timeout", "0");
    see(PROMPT);
    enter("const osc = '\\x1b]0;evil\\x07\\x9b31m'; console.log(osc); 1", "1");
    enter("console.log({ [osc]: osc }, new Error(osc)); 2", "2");
    enter("({ [osc]: osc, [Symbol(osc)]: osc, f: { [osc]() {} }[osc] })", "evil");
    enter("throw osc", "evil");
    enter("throw Object.assign(new Error(osc), { name: osc, stack: osc, cause: osc })", "evil");
    enter("console.log('\\x01e\\x1b]0;evil'); 3", "3");
    assert_null(strstr(term->raw, "\x1b]0;"));
    assert_null(strstr(term->raw, "\xc2\x9b"));
    enter("[1, 'text']", "[ 1, 'text' ]");
    assert_non_null(strstr(term->raw, "\x1b[33m1\x1b[0m")); /* ours do */
    leave();
}

static void test_no_color(void **state)
{
    (void)state;
    start_plain();
    enter("[1, 'text', null]", "[ 1, 'text', null ]");
    enter("throw new Error('x')", "Uncaught Error: x");
    assert_null(strstr(term->raw, "\x1b[33m"));
    assert_null(strstr(term->raw, "\x1b[1;31m"));
    leave();
}

static void test_ends(void **state)
{
    (void)state;
    start_plain();
    type(".exit\n");
    assert_int_equal(finish(), 0);
    close(term->fd);
    free(term);
    start_plain();
    kill(term->pid, SIGTERM);
    assert_int_equal(finish(), 130);
    close(term->fd);
    free(term);
    start_plain();
    type("console.log('loops'); for (;;) {}\n");
    see("\nloops\n");
    kill(term->pid, SIGTERM);
    assert_int_equal(finish(), 130);
}

static int is_edited(void)
{
    bool is_it;

    start_plain();
    is_it = strstr(term->text, "No line editing") == NULL;
    clean_up(NULL);
    return is_it;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_lines, clean_up),
        cmocka_unit_test_teardown(test_inputs_of_many_lines, clean_up),
        cmocka_unit_test_teardown(test_ctrl_c_and_ctrl_d_at_the_prompt, clean_up),
        cmocka_unit_test_teardown(test_ctrl_c_stops_what_runs, clean_up),
        cmocka_unit_test_teardown(test_names, clean_up),
        cmocka_unit_test_teardown(test_history, clean_up),
        cmocka_unit_test_teardown(test_sequences_of_guests, clean_up),
        cmocka_unit_test_teardown(test_no_color, clean_up),
        cmocka_unit_test_teardown(test_ends, clean_up),
    };
    int nfailed;

    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(history, sizeof history, "%s/history", folder);
    if (!is_edited()) {
        puts("skipped: this build edits no lines");
        rmdir(folder);
        return 0;
    }
    nfailed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(history);
    rmdir(folder);
    return nfailed;
}
