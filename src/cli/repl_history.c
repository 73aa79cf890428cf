/* SPDX-License-Identifier: MIT */
/* Where the history is: the XDG base directory specification, state. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/repl.h"

static char *join(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 1;
    char *out = malloc(size);

    if (out != NULL)
        snprintf(out, size, "%s%s", a, b);
    return out;
}

/* As `mkdir -p` of the folder that the file is in. A failure shows when the file is written. */
static void make_folder(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, S_IRWXU);
        *slash = '/';
    }
}

char *repl_history_path(const options *opt)
{
    const char *given = opt->history != NULL ? opt->history : getenv("QJSPOOL_HISTORY");
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *path = NULL;

    if (given != NULL)
        return given[0] == 0 ? NULL : strdup(given);
    if (state != NULL && state[0] == '/')
        path = join(state, "/qjspool/history");
    else if (home != NULL && home[0] == '/')
        path = join(home, "/.local/state/qjspool/history");
    if (path != NULL)
        make_folder(path);
    return path;
}
