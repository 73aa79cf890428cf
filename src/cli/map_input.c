/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/map_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/signals.h"

enum {
    BLOCK = 256 << 10,
    BATCH_BYTES = 64 << 10, /* no faster at 32 or 128 KiB; memory follows it */
    BATCH_RECORDS = 8192,
};

static bool is_stdin(const char *name)
{
    return strcmp(name, "-") == 0;
}

static bool complain(map_input *in, const char *name)
{
    report_error(in->r, "cannot read %s: %s", files_shown_name(name), strerror(errno));
    return false;
}

/* Adds the size of an input to the total; *is_known false: a pipe. */
static bool measure(map_input *in, const char *name, bool *is_known)
{
    struct stat st;

    if (is_stdin(name) ? fstat(STDIN_FILENO, &st) != 0 : stat(name, &st) != 0)
        return complain(in, name);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return complain(in, name);
    }
    if (!is_stdin(name) && access(name, R_OK) != 0)
        return complain(in, name);
    if (S_ISREG(st.st_mode))
        in->total += (uint64_t)st.st_size;
    else
        *is_known = false;
    return true;
}

bool map_input_init(map_input *in, report *r, char **names, size_t nnames, size_t max_line)
{
    bool is_known = true;

    *in = (map_input){
        .r = r,
        .names = names,
        .nnames = nnames,
        .max_line = max_line,
        .fd = -1,
        .cap = BLOCK,
    };
    for (size_t i = 0; i < nnames; i++) {
        if (!measure(in, names[i], &is_known))
            return false;
    }
    if (!is_known)
        in->total = 0;
    in->data = malloc(in->cap);
    if (in->data == NULL) {
        errno = ENOMEM;
        return complain(in, names[0]);
    }
    return true;
}

static void close_current(map_input *in)
{
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    in->fd = -1;
}

void map_input_fini(map_input *in)
{
    close_current(in);
    free(in->data);
    in->data = NULL;
}

bool map_input_is_done(const map_input *in)
{
    return in->current == in->nnames;
}

int map_input_fd(map_input *in, bool *failed)
{
    *failed = false;
    if (map_input_is_done(in) || in->fd >= 0)
        return in->fd;
    if (is_stdin(in->names[in->current]))
        in->fd = STDIN_FILENO;
    else
        in->fd = open(in->names[in->current], O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        *failed = !complain(in, in->names[in->current]);
    in->line = 0;
    in->is_at_end = false;
    return in->fd;
}

/* Makes room for a block behind what is there. */
static bool make_room(map_input *in)
{
    size_t len = in->end - in->start;
    char *data;

    if (in->start > 0) {
        memmove(in->data, in->data + in->start, len);
        in->seen -= in->start;
        in->start = 0;
        in->end = len;
    }
    if (in->cap - len >= BLOCK / 2)
        return true;
    /* only a line longer than a block gets here; cut gives up on it at max_line */
    data = realloc(in->data, in->cap * 2);
    if (data == NULL) {
        errno = ENOMEM;
        return false;
    }
    in->data = data;
    in->cap *= 2;
    return true;
}

bool map_input_fill(map_input *in)
{
    ssize_t n;

    if (!make_room(in))
        return complain(in, in->names[in->current]);
    do
        n = read(in->fd, in->data + in->end, in->cap - in->end);
    while (n < 0 && errno == EINTR && !signals_seen());
    if (n < 0)
        return errno == EINTR || errno == EAGAIN || complain(in, in->names[in->current]);
    in->end += (size_t)n;
    in->position += (uint64_t)n;
    in->is_at_end = n == 0;
    return true;
}

/* ---- cutting ---- */

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    }
    return true;
}

/* One line, without its newline. A "\r" before it is white space to JSON. */
static bool add_line(map_input *in, map_batch *batch, const char *line, size_t len)
{
    map_bad bad = MAP_GOOD;

    in->line++;
    if (in->line == 1 && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        len -= 3;
    }
    if (in->is_discarding || len > in->max_line)
        bad = MAP_BAD_LENGTH;
    else if (is_blank(line, len))
        return true;
    else if (utf8_length((const uint8_t *)line, len) < len)
        bad = MAP_BAD_UTF8;
    in->is_discarding = false;
    in->index++;
    return map_batch_add(batch, in->line, bad, line, len);
}

/* The line that has no newline yet: forget what is too long, and the buffer that it took. */
static void keep_or_discard(map_input *in)
{
    char *data;

    in->seen = in->end;
    if (in->end - in->start <= in->max_line && !in->is_discarding)
        return;
    in->is_discarding = true;
    in->start = in->end = in->seen = 0;
    data = in->cap > BLOCK ? realloc(in->data, BLOCK) : NULL;
    if (data != NULL) {
        in->data = data;
        in->cap = BLOCK;
    }
}

static bool is_full(const map_batch *batch)
{
    return batch->body.len >= BATCH_BYTES || batch->nrecords >= BATCH_RECORDS;
}

static map_cut finish_input(map_input *in, map_batch *batch)
{
    size_t len = in->end - in->start;

    if ((len > 0 || in->is_discarding) && !add_line(in, batch, in->data + in->start, len))
        return MAP_CUT_NOMEM;
    in->start = in->end = in->seen = 0;
    in->is_at_end = false;
    close_current(in);
    in->current++;
    return MAP_CUT_FULL;
}

static bool cut_line(map_input *in, map_batch *batch, const char *newline)
{
    const char *line = in->data + in->start;
    bool ok = add_line(in, batch, line, (size_t)(newline - line));

    in->start = in->seen = (size_t)(newline - in->data) + 1;
    return ok;
}

map_cut map_input_cut(map_input *in, map_batch *batch)
{
    map_cut outcome = MAP_CUT_EMPTY;

    if (batch->nrecords == 0) {
        batch->input = in->current < in->nnames ? files_shown_name(in->names[in->current]) : "";
        batch->first_index = in->index;
    }
    while (outcome == MAP_CUT_EMPTY && in->seen < in->end) {
        const char *newline = memchr(in->data + in->seen, '\n', in->end - in->seen);

        if (newline == NULL)
            keep_or_discard(in);
        else if (!cut_line(in, batch, newline))
            outcome = MAP_CUT_NOMEM;
        else if (is_full(batch))
            outcome = MAP_CUT_FULL;
    }
    if (outcome == MAP_CUT_EMPTY && in->is_at_end)
        outcome = finish_input(in, batch);
    batch->end_position = in->position - (in->end - in->start);
    return outcome;
}
