/* SPDX-License-Identifier: MIT */
/* The reader of .cases files. A test's tool: it ends the process on bad input. */
#include "case_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const case_file *f, const char *what)
{
    fprintf(stderr, "line %d: %s\n", f->line, what);
    exit(2);
}

static void *checked(void *ptr)
{
    if (ptr == NULL)
        abort();
    return ptr;
}

void case_file_open(case_file *f, const char *path)
{
    FILE *in = fopen(path, "rb");
    size_t cap = 1 << 20, len;

    *f = (case_file){ .line = 0 };
    if (in == NULL) {
        perror(path);
        exit(2);
    }
    f->text = checked(malloc(cap + 1));
    len = fread(f->text, 1, cap, in);
    if (len == cap)
        die(f, "the file is too large");
    f->text[len] = '\0';
    f->at = f->text;
    fclose(in);
}

void case_file_close(case_file *f)
{
    free(f->text);
    f->text = NULL;
}

/* Cuts the next line off; NULL at the end. */
static char *next_line(case_file *f)
{
    char *line = f->at, *end;

    if (*line == '\0')
        return NULL;
    end = strchr(line, '\n');
    f->at = end == NULL ? line + strlen(line) : end + 1;
    if (end != NULL)
        *end = '\0';
    f->line++;
    return line;
}

static bool starts_with(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Peeking works because a line is cut only when it is taken. */
static bool next_starts_with(const case_file *f, const char *prefix)
{
    return starts_with(f->at, prefix);
}

static char *append_line(char *text, const char *line)
{
    size_t len = text == NULL ? 0 : strlen(text);
    char *grown = checked(realloc(text, len + strlen(line) + 2));

    if (text != NULL)
        grown[len++] = '\n';
    strcpy(grown + len, line);
    return grown;
}

static void read_setting(case_file *f, test_case *c, const char *line)
{
    case_setting *s = &c->settings[c->nsettings];
    const char *space = strchr(line, ' ');
    size_t key_len = space == NULL ? strlen(line) - 1 : (size_t)(space - line) - 1;

    if (c->nsettings++ == CASE_MAX_SETTINGS)
        die(f, "too many settings");
    s->key = checked(strndup(line + 1, key_len));
    s->value = space == NULL ? NULL : append_line(NULL, space + 1);
    while (next_starts_with(f, "| ") || next_starts_with(f, "|\n"))
        s->value = append_line(s->value, *f->at == '|' && f->at[1] == '\n' ? (next_line(f), "")
                                                                           : next_line(f) + 2);
    if (s->value == NULL)
        s->value = append_line(NULL, "");
}

static bool is_check(const char *line)
{
    return starts_with(line, "--") && line[2] != '\0' && strchr(">!@~#&", line[2]) != NULL;
}

static void add_check(case_file *f, case_step *step, const char *line)
{
    case_check *check = &step->checks[step->nchecks];

    if (step->nchecks++ == CASE_MAX_CHECKS)
        die(f, "too many checks");
    *check = (case_check){ line[2], line[3] == ' ' ? line + 4 : line + 3 };
}

static void read_step(case_file *f, test_case *c, const char *line)
{
    case_step *step = &c->steps[c->nsteps];

    if (c->nsteps++ == CASE_MAX_STEPS)
        die(f, "too many steps");
    for (; line != NULL && !is_check(line); line = next_line(f)) {
        if (starts_with(line, "=== "))
            die(f, "a step without an expectation");
        step->source = append_line(step->source, line);
    }
    if (line == NULL || (line[2] != '>' && line[2] != '!'))
        die(f, "a step must end with --> or --!");
    if (step->source == NULL)
        step->source = append_line(NULL, "");
    step->line = f->line;
    add_check(f, step, line);
    while (is_check(f->at) && f->at[2] != '>' && f->at[2] != '!')
        add_check(f, step, next_line(f));
}

static bool is_skipped(const char *line)
{
    return *line == '\0' || starts_with(line, ";;");
}

bool case_file_next(case_file *f, test_case *c)
{
    char *line;

    *c = (test_case){ .name = NULL };
    do {
        line = next_line(f);
    } while (line != NULL && is_skipped(line));
    if (line == NULL)
        return false;
    if (!starts_with(line, "=== "))
        die(f, "a case must begin with === NAME");
    c->name = line + 4;
    c->line = f->line;
    while (*f->at != '\0' && !next_starts_with(f, "=== ")) {
        line = next_line(f);
        if (*line == '@' && c->nsteps == 0)
            read_setting(f, c, line);
        else if (!is_skipped(line))
            read_step(f, c, line);
    }
    if (c->nsteps == 0)
        die(f, "a case without steps");
    return true;
}

void case_fini(test_case *c)
{
    for (size_t i = 0; i < c->nsettings; i++) {
        free(c->settings[i].key);
        free(c->settings[i].value);
    }
    for (size_t i = 0; i < c->nsteps; i++)
        free(c->steps[i].source);
}

const char *case_get(const test_case *c, const char *key, size_t n)
{
    for (size_t i = 0; i < c->nsettings; i++) {
        if (strcmp(c->settings[i].key, key) == 0 && n-- == 0)
            return c->settings[i].value;
    }
    return NULL;
}
