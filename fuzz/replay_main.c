/* SPDX-License-Identifier: MIT */
/*
 * main() of a fuzz target that is built without a fuzzer: replays files, or
 * every file of folders (not of theirs), through LLVMFuzzerTestOneInput.
 * A finding ends the process, as it does under the fuzzer.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_bytes(FILE *file, size_t size)
{
    uint8_t *data = malloc(size == 0 ? 1 : size);
    int ok = data != NULL && fread(data, 1, size, file) == size;

    if (ok)
        (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    return ok;
}

static int replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    int ok = file != NULL;

    /* named first: should it crash, the last line says on what */
    printf("%s\n", path);
    fflush(stdout);
    ok = ok && replay_bytes(file, size);
    if (file != NULL)
        fclose(file);
    if (!ok)
        perror(path);
    return ok;
}

static int replay_path(const char *path, int is_top, size_t *nfiles);

static int replay_folder(const char *path, size_t *nfiles)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    int ok = n >= 0;

    for (int i = 0; i < n; i++) {
        char child[4096];
        int len = snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);

        if (entries[i]->d_name[0] != '.')
            ok &= len > 0 && (size_t)len < sizeof child && replay_path(child, 0, nfiles);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return ok;
}

static int replay_path(const char *path, int is_top, size_t *nfiles)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        perror(path);
        return 0;
    }
    if (S_ISDIR(st.st_mode))
        return !is_top || replay_folder(path, nfiles);
    (*nfiles)++;
    return replay_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    size_t nfiles = 0;
    int ok = 1;

    for (int i = 1; i < argc; i++)
        ok &= replay_path(argv[i], 1, &nfiles);
    printf("%zu inputs replayed\n", nfiles);
    /* an empty corpus proves nothing, and most likely is a wrong path */
    return ok && nfiles > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
