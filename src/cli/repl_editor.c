/* SPDX-License-Identifier: MIT */
/* libedit, which knows the keys and the history; this file gives it our signals and our names. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include "cli/repl_editor.h"

#ifndef QJSP_HAS_LIBEDIT

#include <stddef.h>

repl_editor *editor_new(const lines_options *opt)
{
    (void)opt;
    return NULL;
}

void editor_free(repl_editor *e)
{
    (void)e;
}

line_status editor_read(repl_editor *e, const char *prompt, unsigned indent, qjsp_buffer *line)
{
    (void)e, (void)prompt, (void)indent, (void)line;
    return LINE_END;
}

void editor_remember(repl_editor *e, const char *line)
{
    (void)e, (void)line;
}

#else

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/signals.h"

enum { HISTORY_LINES = 1000, HISTORY_LINE_BYTES = 4096, MAX_INDENT = 40, COLUMN_GAP = 2 };

struct repl_editor {
    lines_options opt;
    EditLine *el;
    History *history;
    const char *prompt;
    line_status status; /* of the line being read */
    char *path;         /* of the history; NULL: none */
    char *new_path;     /* written first, then renamed */
};

static repl_editor *self(EditLine *el)
{
    void *e = NULL;

    el_get(el, EL_CLIENTDATA, &e);
    return e;
}

static char *prompt_of(EditLine *el)
{
    return (char *)(uintptr_t)self(el)->prompt;
}

/* ---- characters ---- */

/* A signal ends the line, as Return would: whoever reads it asks for the status. */
static int end_line(repl_editor *e, wchar_t *out)
{
    bool is_end = signals_take(e->opt.signal_fd) == SIGTERM;

    e->status = is_end ? LINE_END : LINE_INTERRUPTED;
    if (!is_end)
        fputs("^C", stdout);
    *out = L'\n';
    return 1;
}

static int read_byte(repl_editor *e, char *out)
{
    struct pollfd fds[] = {
        { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = e->opt.signal_fd, .events = POLLIN },
    };

    for (;;) {
        ssize_t n;

        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return -1;
        if (signals_seen())
            return 2;
        if (fds[0].revents == 0)
            continue;
        n = read(STDIN_FILENO, out, 1);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        return (int)n;
    }
}

static int read_character(EditLine *el, wchar_t *out)
{
    repl_editor *e = self(el);
    mbstate_t state = { 0 };
    size_t used;
    char byte;
    int n;

    do {
        n = read_byte(e, &byte);
        if (n == 2)
            return end_line(e, out);
        if (n <= 0)
            return n;
        used = mbrtowc(out, &byte, 1, &state);
        if (used == (size_t)-1) { /* not UTF-8: it is left out */
            state = (mbstate_t){ 0 };
            used = (size_t)-2;
        }
    } while (used == (size_t)-2);
    return 1;
}

/* ---- keys ---- */

/* A bracket that closes, on a line of blanks: it stands where the line that opened it began. */
static unsigned char close_bracket(EditLine *el, int c)
{
    const LineInfo *info = el_line(el);
    size_t n = (size_t)(info->cursor - info->buffer);
    char text[2] = { (char)c, 0 };

    if (n >= 2 && strspn(info->buffer, " ") >= n)
        el_deletestr(el, 2);
    return el_insertstr(el, text) == 0 ? CC_REFRESH : CC_ERROR;
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] != 0 && a[n] == b[n])
        n++;
    while (n > 0 && ((unsigned char)a[n] & 0xc0) == 0x80) /* whole characters */
        n--;
    return n;
}

static unsigned columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* The names below the line. They have the same width in bytes and columns but for some that are
 * not ASCII, which are a little out of line. */
static void print_names(const qjsp_buffer *names)
{
    size_t widest = 0, n = 0, per_line;
    const char *end = (const char *)names->data + names->len;

    for (const char *s = (const char *)names->data; s < end; s += strlen(s) + 1)
        widest = strlen(s) > widest ? strlen(s) : widest;
    per_line = columns() / (widest + COLUMN_GAP);
    for (const char *s = (const char *)names->data; s < end; s += strlen(s) + 1) {
        bool is_last = (per_line < 2 || ++n % per_line == 0 || s + strlen(s) + 1 >= end);

        printf("%s%*s", s, is_last ? 0 : (int)(widest + COLUMN_GAP - strlen(s)), "");
        if (is_last)
            putchar('\n');
    }
    fflush(stdout);
}

static unsigned char offer(EditLine *el, const qjsp_buffer *names, size_t typed)
{
    const char *first = (const char *)names->data, *end = first + names->len;
    size_t common = strlen(first);
    bool is_only = true;
    char *more;
    int failed;

    for (const char *s = first + strlen(first) + 1; s < end; s += strlen(s) + 1) {
        size_t n = common_prefix(first, s);

        common = n < common ? n : common;
        is_only = false;
    }
    if (common > typed) {
        more = strndup(first + typed, common - typed);
        failed = more == NULL || el_insertstr(el, more) != 0;
        free(more);
        return failed ? CC_ERROR : CC_REFRESH;
    }
    if (is_only)
        return CC_NORM;
    putchar('\n');
    print_names(names);
    return CC_REDISPLAY;
}

static unsigned char complete(EditLine *el, int c)
{
    const LineInfo *info = el_line(el);
    size_t len = (size_t)(info->cursor - info->buffer), typed;
    repl_editor *e = self(el);
    unsigned char action = CC_NORM;
    qjsp_buffer names;

    (void)c;
    if (strspn(info->buffer, " ") >= len) /* nothing to complete: it indents */
        return el_insertstr(el, "  ") == 0 ? CC_REFRESH : CC_ERROR;
    qjsp_buffer_init(&names, NULL, 1 << 20);
    typed = e->opt.complete(e->opt.ud, info->buffer, len, &names);
    if (names.status == QJSP_OK && names.len > 0 && strlen((char *)names.data) >= typed)
        action = offer(el, &names, typed);
    qjsp_buffer_fini(&names);
    return action;
}

/* ---- history ---- */

static void load_history(repl_editor *e)
{
    HistEvent event;

    e->history = history_init();
    if (e->history == NULL)
        return;
    history(e->history, &event, H_SETSIZE, HISTORY_LINES);
    history(e->history, &event, H_SETUNIQUE, 1);
    if (e->path != NULL)
        history(e->history, &event, H_LOAD, e->path);
    el_set(e->el, EL_HIST, history, e->history);
}

/* Nobody else may read what was typed. A file that cannot be written is no reason to stop. */
static void save_history(repl_editor *e)
{
    mode_t mask = umask(077);
    HistEvent event;

    if (history(e->history, &event, H_SAVE, e->new_path) >= 0) {
        chmod(e->new_path, S_IRUSR | S_IWUSR);
        if (rename(e->new_path, e->path) != 0)
            unlink(e->new_path);
    }
    umask(mask);
}

void editor_remember(repl_editor *e, const char *line)
{
    HistEvent event;

    if (e->history == NULL || line[0] == 0 || line[0] == ' ' || strlen(line) > HISTORY_LINE_BYTES)
        return;
    history(e->history, &event, H_ENTER, line);
    if (e->path != NULL)
        save_history(e);
}

/* ---- the editor ---- */

static bool set_up(repl_editor *e)
{
    e->el = el_init("qjspool", stdin, stdout, stderr);
    if (e->el == NULL)
        return false;
    el_set(e->el, EL_CLIENTDATA, e);
    el_set(e->el, EL_PROMPT, prompt_of);
    el_set(e->el, EL_SIGNAL, 0);
    el_set(e->el, EL_EDITOR, "emacs");
    el_set(e->el, EL_GETCFN, read_character);
    el_set(e->el, EL_ADDFN, "qjsp-complete", "Complete a name", complete);
    el_set(e->el, EL_ADDFN, "qjsp-close", "Close a bracket", close_bracket);
    el_set(e->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
    load_history(e);
    el_source(e->el, NULL); /* what the user wants of libedit, ~/.editrc */
    el_set(e->el, EL_BIND, "^I", "qjsp-complete", NULL);
    el_set(e->el, EL_BIND, "}", "qjsp-close", NULL);
    el_set(e->el, EL_BIND, ")", "qjsp-close", NULL);
    el_set(e->el, EL_BIND, "]", "qjsp-close", NULL);
    return true;
}

repl_editor *editor_new(const lines_options *opt)
{
    const char *term = getenv("TERM");
    repl_editor *e;

    if (term == NULL || strcmp(term, "dumb") == 0)
        return NULL;
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
    e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    e->opt = *opt;
    if (opt->history != NULL) {
        size_t size = strlen(opt->history) + sizeof ".new";

        e->path = strdup(opt->history);
        e->new_path = malloc(size);
        if (e->new_path != NULL)
            snprintf(e->new_path, size, "%s.new", opt->history);
    }
    if ((opt->history != NULL && (e->path == NULL || e->new_path == NULL)) || !set_up(e)) {
        editor_free(e);
        return NULL;
    }
    return e;
}

void editor_free(repl_editor *e)
{
    if (e == NULL)
        return;
    if (e->el != NULL)
        el_end(e->el);
    if (e->history != NULL)
        history_end(e->history);
    free(e->path);
    free(e->new_path);
    free(e);
}

/* What is pasted has its own blanks. */
static bool is_typed_ahead(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

    return poll(&in, 1, 0) > 0;
}

line_status editor_read(repl_editor *e, const char *prompt, unsigned indent, qjsp_buffer *line)
{
    char blanks[MAX_INDENT + 1];
    const char *text;
    int n = 0;

    e->status = LINE_READ;
    e->prompt = prompt;
    el_resize(e->el);
    el_set(e->el, EL_PREP_TERM, 1); /* before the prompt: from then on every key is ours */
    if (indent > 0 && !is_typed_ahead()) {
        indent = indent < MAX_INDENT ? indent : MAX_INDENT;
        memset(blanks, ' ', indent);
        blanks[indent] = 0;
        el_push(e->el, blanks);
    }
    text = el_gets(e->el, &n);
    if (e->status != LINE_READ)
        return e->status;
    if (text == NULL || n <= 0)
        return LINE_END;
    qjsp_buffer_append(line, text, (size_t)n - (text[n - 1] == '\n'));
    return LINE_READ;
}

#endif
