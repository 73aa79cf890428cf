/* SPDX-License-Identifier: MIT */
/*
 * The qjspool command: finds the command and hands over. Everything here is
 * written as any embedder would write it, on public headers only.
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/manual.h"

static int usage(const char *message, const char *detail)
{
    fprintf(stderr, "qjspool: %s%s\nTry 'qjspool --help'.\n", message, detail);
    return CLI_USAGE;
}

static int unknown_command(const char *name)
{
    const char *meant = command_guess(name);

    if (meant == NULL)
        return usage("there is no command ", name);
    fprintf(stderr,
            "qjspool: there is no command '%s'; did you mean '%s'?\nTry 'qjspool --help'.\n", name,
            meant);
    return CLI_USAGE;
}

/* Text on stdout that was not taken is an error like any other. */
static int finish(void)
{
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK : CLI_IO;
}

static int print_help(const cli_command *command)
{
    help_print(command);
    return finish();
}

static int print_version(void)
{
    help_print_version();
    return finish();
}

static int print_completion(const char *shell)
{
    if (completion_print(shell))
        return finish();
    return usage("completion of which shell?", " bash, zsh or fish");
}

/* For the build, which installs it. */
static int print_manual(void)
{
    manual_print();
    return finish();
}

/* "qjspool --help", "qjspool help map", or a slip. */
static int without_command(int argc, char **argv)
{
    options opt;

    options_init(&opt, NULL);
    if (argc > 1 && argv[1][0] == '-' && !options_parse(&opt, NULL, argc - 1, argv + 1))
        return CLI_USAGE;
    if (opt.wants_version)
        return print_version();
    if (opt.wants_help)
        return print_help(NULL);
    if (argc > 1 && strcmp(argv[1], "help") == 0)
        return argc == 2 || command_find(argv[2]) != NULL
                   ? print_help(argc == 2 ? NULL : command_find(argv[2]))
                   : unknown_command(argv[2]);
    if (argc > 1 && strcmp(argv[1], "completion") == 0)
        return print_completion(argc == 3 ? argv[2] : "");
    if (argc == 2 && strcmp(argv[1], "man") == 0)
        return print_manual();
    if (argc > 1 && argv[1][0] != '-')
        return unknown_command(argv[1]);
    return usage("which command?", " eval, run, map or repl");
}

/*
 * A standard descriptor that is closed must not become one of our pipes. What takes its
 * place fails as it would: nothing can be read from 0, nor written to 1 and 2.
 */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

int main(int argc, char **argv)
{
    const cli_command *command = argc > 1 ? command_find(argv[1]) : NULL;
    options opt;

    fill_standard_descriptors();
    if (command == NULL)
        return without_command(argc, argv);
    options_init(&opt, command);
    if (!options_parse(&opt, command, argc - 2, argv + 2))
        return CLI_USAGE;
    if (opt.wants_help)
        return print_help(command);
    if (opt.wants_version)
        return print_version();
    return command->run(&opt);
}
