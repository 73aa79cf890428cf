/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "tests/temp_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *default_parent(void)
{
    const char *parent = getenv("TMPDIR");

    return parent == NULL || parent[0] == '\0' ? "/tmp" : parent;
}

char *temp_folder_new(const char *parent)
{
    static const char name[] = "/qjsp-XXXXXX";
    size_t len;
    char *folder;

    if (parent == NULL)
        parent = default_parent();
    len = strlen(parent);
    folder = malloc(len + sizeof name);
    if (folder != NULL) {
        memcpy(folder, parent, len);
        memcpy(folder + len, name, sizeof name);
    }
    if (folder == NULL || mkdtemp(folder) == NULL) {
        perror(parent);
        exit(2);
    }
    return folder;
}

/* Removes all but the folders that have something in them; `full` becomes one of these, or "". */
static int remove_here(char full[NAME_MAX + 1])
{
    DIR *dir = opendir(".");
    struct dirent *entry;
    int ret = dir == NULL ? -1 : 0;

    full[0] = '\0';
    while (ret == 0 && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || remove(name) == 0)
            continue;
        if (errno == ENOTEMPTY || errno == EEXIST)
            strcpy(full, name);
        else
            ret = -1;
    }
    if (dir != NULL)
        closedir(dir);
    return ret;
}

/* One step at a time: guests make folders deeper than paths are long, or files can be open. */
static int remove_all(const char *folder)
{
    char full[NAME_MAX + 1];
    int depth = 0, ret = chdir(folder);

    while (ret == 0 && depth >= 0) {
        ret = remove_here(full);
        if (ret == 0)
            ret = chdir(full[0] == '\0' ? ".." : full);
        depth += full[0] == '\0' ? -1 : 1;
    }
    return ret;
}

void temp_folder_free(char *folder)
{
    int before;

    if (folder == NULL)
        return;
    before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (before < 0 || remove_all(folder) != 0 || fchdir(before) != 0 || rmdir(folder) != 0)
        perror(folder);
    close(before);
    free(folder);
}
