/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "mounts.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/mounts.h"
#include "tests/temp_folder.h"

static void die(const char *what)
{
    fprintf(stderr, "@mount %s\n", what);
    exit(2);
}

/* Stores are shared by the threads of the pool, and between the mounts of a case. */
static void acquire(void *ud)
{
    pthread_mutex_lock(ud);
}

static void release(void *ud)
{
    pthread_mutex_unlock(ud);
}

static void lock_free(void *ud)
{
    pthread_mutex_destroy(ud);
    free(ud);
}

static void make_store(qjsp_mount *mount)
{
    pthread_mutex_t *mutex = malloc(sizeof *mutex);
    qjsp_lock lock = { acquire, release, lock_free, mutex };

    if (mutex == NULL || pthread_mutex_init(mutex, NULL) != 0 ||
        qjsp_store_new(&mount->store, mount, &lock, NULL) != QJSP_OK)
        die(mount->path);
    mount->kind = QJSP_MOUNT_STORE;
}

static void read_word(case_mounts *m, qjsp_mount *mount, const char *word)
{
    if (strcmp(word, "ro") == 0) {
        mount->is_read_only = true;
    } else if (strncmp(word, "limit=", 6) == 0) {
        mount->limit = strtoull(word + 6, NULL, 10);
    } else if (strncmp(word, "of=", 3) == 0) {
        for (size_t i = 0; i < m->n; i++) {
            if (strcmp(m->items[i].path, word + 3) == 0)
                mount->store = m->items[i].store;
        }
        if (mount->store == NULL)
            die(word);
        qjsp_store_ref(mount->store);
        mount->kind = QJSP_MOUNT_STORE;
    } else {
        die(word);
    }
}

static void add(case_mounts *m, const char *text, qjsp_mount_kind kind)
{
    qjsp_mount *mount = &m->items[m->n];
    char *line = strdup(text), *rest = line, *word;

    if (line == NULL || m->n == CASE_MAX_MOUNTS)
        die(text);
    m->paths[m->n] = strdup(strtok_r(rest, " ", &rest));
    *mount = (qjsp_mount){ .path = m->paths[m->n], .kind = kind };
    while ((word = strtok_r(rest, " ", &rest)) != NULL)
        read_word(m, mount, word);
    if (mount->kind == QJSP_MOUNT_DIRECTORY)
        mount->directory = m->folders[m->n] = temp_folder_new(NULL);
    if (mount->kind != QJSP_MOUNT_STORE)
        make_store(mount);
    m->n++;
    free(line);
}

/* ---- files that are there before the case ---- */

static void make_parents(const qjsp__mounts *mounts, const qjsp__path *path)
{
    qjsp__path parent;

    for (size_t i = 1; i < path->len; i++) {
        if (path->text[i] != '/')
            continue;
        qjsp__path_parse(&parent, (qjsp_bytes){ (const uint8_t *)path->text, i });
        qjsp__mounts_mkdir(mounts, &parent, 0777); /* it may be there */
    }
}

/* The first line is the path. What follows is the content; a file that ends in a newline has an empty line
 * at its end. */
static void write_file(const qjsp__mounts *mounts, const char *text)
{
    size_t len = strcspn(text, "\n");
    const char *content = text + len + (text[len] == '\n');
    const uint8_t *bytes = (const uint8_t *)content;
    const qjsp__mount *mount;
    qjsp__path path;
    int handle;

    if (qjsp__path_parse(&path, (qjsp_bytes){ (const uint8_t *)text, len }) < 0)
        die(text);
    make_parents(mounts, &path);
    handle = qjsp__mounts_open(mounts, &path, QJSP__O_WRONLY | QJSP__O_CREAT, 0666, &mount);
    if (handle < 0)
        die(text);
    for (size_t at = 0, size = strlen(content); at < size;) {
        int64_t n = mount->store->ops->write(mount->store, handle, at, bytes + at, size - at);

        if (n <= 0)
            die(text);
        at += (size_t)n;
    }
    mount->store->ops->close(mount->store, handle);
}

static void write_files(const case_mounts *m, const test_case *c)
{
    qjsp_mount items[CASE_MAX_MOUNTS];
    qjsp__mounts mounts;
    const char *text;

    if (case_get(c, "file", 0) == NULL)
        return;
    for (size_t i = 0; i < m->n; i++) {
        items[i] = m->items[i];
        items[i].is_read_only = false;
    }
    if (qjsp__mounts_init(&mounts, items, m->n, qjsp_alloc_default()) != QJSP_OK)
        die("files");
    for (size_t i = 0; (text = case_get(c, "file", i)) != NULL; i++)
        write_file(&mounts, text);
    qjsp__mounts_fini(&mounts);
}

void case_mounts_init(case_mounts *m, const test_case *c, qjsp_mount_kind kind)
{
    const char *text;

    *m = (case_mounts){ .n = 0 };
    for (size_t i = 0; (text = case_get(c, "mount", i)) != NULL; i++)
        add(m, text, kind);
    write_files(m, c);
}

void case_mounts_fini(case_mounts *m)
{
    for (size_t i = 0; i < m->n; i++) {
        qjsp_store_unref(m->items[i].store);
        free(m->paths[i]);
        temp_folder_free(m->folders[i]);
    }
}
