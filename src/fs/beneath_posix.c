/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fs/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

enum {
    /* as the kernel's own limit on links in one path */
    MAX_LINKS = 40,
    /* links and ".." of links together: each is a walk from the root */
    MAX_WALKS = 256,
    /* openat2 says EAGAIN when things were moved meanwhile */
    MAX_TRIES = 16,
};

void qjsp__beneath_close(const qjsp__beneath *b, int dir)
{
    int error = errno;

    if (dir != b->root)
        close(dir);
    errno = error;
}

/* ---- a name at a time ---- */

typedef struct walk {
    const qjsp__beneath *b;
    int dir;   /* where the walk is; may be the root */
    size_t at; /* the name that it looks at, in path; no link stands before it */
    unsigned nlinks;
    unsigned nwalks;
    char path[QJSP__PATH_MAX];
} walk;

static int fail(int error)
{
    errno = error;
    return -1;
}

/* From the root again. */
static int restart(walk *w)
{
    qjsp__beneath_close(w->b, w->dir);
    w->dir = w->b->root;
    w->at = 0;
    return ++w->nwalks > MAX_WALKS ? fail(ELOOP) : 0;
}

/* Puts `with` in the place of path[from, to). */
static int replace(walk *w, size_t from, size_t to, const char *with, size_t len)
{
    size_t rest = strlen(w->path + to) + 1;

    if (from + len + rest > sizeof w->path)
        return fail(ENAMETOOLONG);
    memmove(w->path + from + len, w->path + to, rest);
    memcpy(w->path + from, with, len);
    return restart(w);
}

/* The name at w->at, `len` bytes, is "..": it goes, and the name before it, which is no link. */
static int go_up(walk *w, size_t len)
{
    size_t from = w->at, to = w->at + len;

    if (from == 0)
        return fail(EXDEV);
    from--; /* the slash */
    while (from > 0 && w->path[from - 1] != '/')
        from--;
    return replace(w, from, to + (w->path[to] == '/'), "", 0);
}

static int follow(walk *w, int link, size_t len)
{
    char target[QJSP__PATH_MAX];
    ssize_t n = readlinkat(link, "", target, sizeof target);

    if (n < 0)
        return -1;
    if ((size_t)n == sizeof target)
        return fail(ENAMETOOLONG);
    if (n == 0 || target[0] == '/')
        return fail(n == 0 ? ENOENT : EXDEV);
    if (++w->nlinks > MAX_LINKS)
        return fail(ELOOP);
    return replace(w, w->at, w->at + len, target, (size_t)n);
}

typedef enum step { STEP_FAILED = -1, STEP_ON = 0, STEP_ARRIVED = 1 } step;

/* Opens the name and goes into it, unless it is the last. */
static step enter(walk *w, const char *name, size_t len, bool is_last, bool follows)
{
    struct stat st;
    step ret = STEP_FAILED;
    int fd, error;

    if (is_last && !follows)
        return STEP_ARRIVED;
    fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return is_last && errno == ENOENT ? STEP_ARRIVED : STEP_FAILED;
    if (fstat(fd, &st) == 0) {
        if (S_ISLNK(st.st_mode)) {
            ret = follow(w, fd, len) == 0 ? STEP_ON : STEP_FAILED;
        } else if (is_last) {
            ret = STEP_ARRIVED;
        } else if (S_ISDIR(st.st_mode)) {
            qjsp__beneath_close(w->b, w->dir);
            w->dir = fd;
            w->at += len + 1;
            return STEP_ON;
        } else {
            errno = ENOTDIR;
        }
    }
    error = errno;
    close(fd);
    errno = error;
    return ret;
}

static step take_step(walk *w, char name[QJSP__NAME_MAX + 1], bool follows)
{
    size_t len = strcspn(w->path + w->at, "/");
    bool is_last = w->path[w->at + len] == '\0';

    if (len > QJSP__NAME_MAX)
        return fail(ENAMETOOLONG);
    memcpy(name, w->path + w->at, len);
    name[len] = '\0';
    if (len == 0 || strcmp(name, ".") == 0) { /* of a link: a path has none */
        if (!is_last)
            return replace(w, w->at, w->at + len + 1, "", 0);
        memcpy(name, ".", 2);
        return STEP_ARRIVED;
    }
    if (strcmp(name, "..") == 0)
        return go_up(w, len);
    return enter(w, name, len, is_last, follows);
}

/* Ends in w->dir, which is to be closed also on failure; *name is the last name, and no link if
 * `follows`, but for races: open it without following. */
static int walk_to(walk *w, const qjsp__beneath *b, const char *path, bool follows,
                   char name[QJSP__NAME_MAX + 1])
{
    size_t len = strlen(path);
    step ret;

    *w = (walk){ .b = b, .dir = b->root };
    if (len >= sizeof w->path)
        return fail(ENAMETOOLONG);
    memcpy(w->path, path, len + 1);
    do
        ret = take_step(w, name, follows);
    while (ret == STEP_ON);
    return ret == STEP_ARRIVED ? 0 : -1;
}

static int open_slowly(const qjsp__beneath *b, const char *path, int flags, mode_t mode)
{
    char name[QJSP__NAME_MAX + 1];
    walk w;
    int fd = walk_to(&w, b, path, (flags & O_NOFOLLOW) == 0, name);

    if (fd == 0)
        fd = openat(w.dir, name, flags | O_NOFOLLOW, mode);
    qjsp__beneath_close(b, w.dir);
    return fd;
}

/* ---- the kernel's way ---- */

#ifdef SYS_openat2
static int open_quickly(const qjsp__beneath *b, const char *path, int flags, mode_t mode)
{
    bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    struct open_how how = {
        .flags = (uint64_t)(unsigned)flags,
        .mode = makes ? mode : 0, /* anything else is EINVAL */
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    long fd = -1;

    for (int i = 0; i < MAX_TRIES; i++) {
        fd = syscall(SYS_openat2, b->root, *path == '\0' ? "." : path, &how, sizeof how);
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    return (int)fd;
}
#else
static int open_quickly(const qjsp__beneath *b, const char *path, int flags, mode_t mode)
{
    (void)b, (void)path, (void)flags, (void)mode;
    return fail(ENOSYS);
}
#endif

int qjsp__beneath_open(qjsp__beneath *b, const char *path, int flags, mode_t mode)
{
    flags |= O_CLOEXEC;
    if (!atomic_load_explicit(&b->is_slow, memory_order_relaxed)) {
        int fd = open_quickly(b, path, flags, mode);

        /* EPERM: a filter that does not know the call */
        if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
            return fd;
        if (errno == ENOSYS)
            atomic_store_explicit(&b->is_slow, true, memory_order_relaxed);
    }
    return open_slowly(b, path, flags, mode);
}

int qjsp__beneath_open_parent(qjsp__beneath *b, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    char dir[QJSP__PATH_MAX];

    *name = *path == '\0' ? "." : path;
    if (slash == NULL)
        return b->root;
    if ((size_t)(slash - path) >= sizeof dir)
        return fail(ENAMETOOLONG);
    memcpy(dir, path, (size_t)(slash - path));
    dir[slash - path] = '\0';
    *name = slash + 1;
    return qjsp__beneath_open(b, dir, O_PATH | O_DIRECTORY, 0);
}

int qjsp__beneath_realpath(qjsp__beneath *b, const char *path, char out[QJSP__PATH_MAX])
{
    char name[QJSP__NAME_MAX + 1];
    struct stat st;
    walk w;
    int ret = walk_to(&w, b, path, true, name);

    if (ret == 0)
        ret = fstatat(w.dir, name, &st, AT_SYMLINK_NOFOLLOW);
    if (ret == 0) {
        size_t len = strlen(w.path);

        if (strcmp(name, ".") == 0) /* a link that ended in a slash, or in a dot */
            len = w.at > 0 ? w.at - 1 : 0;
        memcpy(out, w.path, len);
        out[len] = '\0';
    }
    qjsp__beneath_close(b, w.dir);
    return ret;
}
