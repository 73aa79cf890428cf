/* SPDX-License-Identifier: MIT */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/option_table.h"

static bool takes(const option_spec *spec, const cli_command *command)
{
    return (spec->commands & command->bit) != 0;
}

static bool takes_file(const option_spec *spec)
{
    return spec->argument != NULL && strstr(spec->argument, "FILE") != NULL;
}

/* Help on one line, without what the shell at hand reads as its own. */
static void put_help(const option_spec *spec, const char *unwanted)
{
    for (const char *c = spec->help; *c != 0; c++) {
        if (*c == '\n')
            putchar(' ');
        else if (strchr(unwanted, *c) == NULL)
            putchar(*c);
    }
}

static void put_choices(const option_spec *spec)
{
    for (int i = 0; spec->choices[i] != NULL; i++)
        printf("%s%s", i == 0 ? "" : " ", spec->choices[i]);
}

static void put_command_names(const char *between)
{
    for (size_t i = 0; i < ncommands; i++)
        printf("%s%s", i == 0 ? "" : between, commands[i].name);
}

/* ---- bash ---- */

/* "    eval:--file | eval:-f) " */
static void bash_label(const cli_command *command, const option_spec *spec)
{
    printf("    %s:--%s", command->name, spec->name);
    if (spec->letter != 0)
        printf(" | %s:-%c", command->name, spec->letter);
    printf(") ");
}

static void bash_values(void)
{
    for (size_t i = 0; i < ncommands; i++) {
        for (size_t k = 0; k < noption_table; k++) {
            const option_spec *spec = &option_table[k];

            if (!takes(spec, &commands[i]) || spec->argument == NULL)
                continue;
            bash_label(&commands[i], spec);
            if (spec->choices != NULL) {
                printf("COMPREPLY=($(compgen -W '");
                put_choices(spec);
                printf("' -- \"$cur\")); return ;;\n");
            } else if (takes_file(spec)) {
                printf("COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
            } else {
                printf("return ;;\n");
            }
        }
    }
}

static void bash_options(void)
{
    for (size_t i = 0; i < ncommands; i++) {
        printf("    %s:-*) words='", commands[i].name);
        for (size_t k = 0; k < noption_table; k++) {
            if (takes(&option_table[k], &commands[i]))
                printf("--%s ", option_table[k].name);
        }
        printf("' ;;\n");
    }
}

static void print_bash(void)
{
    printf(
        "# bash completion for qjspool: source <(qjspool completion bash)\n"
        "_qjspool()\n"
        "{\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= words= i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        case ${COMP_WORDS[i]} in\n"
        "        ");
    put_command_names(" | ");
    printf(") command=${COMP_WORDS[i]}; break ;;\n"
           "        esac\n"
           "    done\n"
           "    case $command:$prev in\n");
    bash_values();
    printf("    esac\n"
           "    case $command:$cur in\n"
           "    :-*) words='--help --version' ;;\n"
           "    :*) words='");
    put_command_names(" ");
    printf(" help completion' ;;\n");
    bash_options();
    printf("    *) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
           "}\n"
           "complete -o filenames -F _qjspool qjspool\n");
}

/* ---- zsh ---- */

static void zsh_option(const option_spec *spec)
{
    if (spec->letter != 0)
        printf("        '(-%c --%s)'{-%c,--%s}'[", spec->letter, spec->name, spec->letter,
               spec->name);
    else
        printf("        '--%s[", spec->name);
    put_help(spec, "'[]:\\`$");
    printf("]");
    if (spec->choices != NULL) {
        printf(":%s:(", spec->argument);
        put_choices(spec);
        printf(")");
    } else if (spec->argument != NULL) {
        printf(":%s:%s", spec->argument, takes_file(spec) ? "_files" : " ");
    }
    printf("' \\\n");
}

static void print_zsh(void)
{
    printf("#compdef qjspool\n"
           "# zsh completion for qjspool: a file _qjspool in a folder of $fpath\n"
           "_qjspool() {\n"
           "    local -a commands\n"
           "    commands=(\n");
    for (size_t i = 0; i < ncommands; i++)
        printf("        '%s:%s'\n", commands[i].name, commands[i].summary);
    printf("    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        return\n"
           "    fi\n"
           "    local command=$words[2]\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
           "    case $command in\n");
    for (size_t i = 0; i < ncommands; i++) {
        printf("    %s) _arguments -s \\\n", commands[i].name);
        for (size_t k = 0; k < noption_table; k++) {
            if (takes(&option_table[k], &commands[i]))
                zsh_option(&option_table[k]);
        }
        printf("        '*:file:_files' ;;\n");
    }
    printf("    esac\n"
           "}\n"
           "if [ \"$funcstack[1]\" = _qjspool ]; then\n"
           "    _qjspool \"$@\"\n"
           "else\n"
           "    compdef _qjspool qjspool\n"
           "fi\n");
}

/* ---- fish ---- */

static void fish_option(const cli_command *command, const option_spec *spec)
{
    printf("complete -c qjspool -n '__fish_seen_subcommand_from %s'", command->name);
    if (spec->letter != 0)
        printf(" -s %c", spec->letter);
    printf(" -l %s", spec->name);
    if (spec->argument != NULL)
        printf(takes_file(spec) ? " -r -F" : " -x");
    if (spec->choices != NULL) {
        printf(" -a '");
        put_choices(spec);
        printf("'");
    }
    printf(" -d '");
    put_help(spec, "'\\");
    printf("'\n");
}

static void print_fish(void)
{
    printf("# fish completion for qjspool: qjspool completion fish | source\n");
    for (size_t i = 0; i < ncommands; i++)
        printf("complete -c qjspool -n __fish_use_subcommand -f -a %s -d '%s'\n", commands[i].name,
               commands[i].summary);
    for (size_t i = 0; i < ncommands; i++) {
        for (size_t k = 0; k < noption_table; k++) {
            if (takes(&option_table[k], &commands[i]))
                fish_option(&commands[i], &option_table[k]);
        }
    }
}

bool completion_print(const char *shell)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, shell) == 0) {
            shells[i].print();
            return true;
        }
    }
    return false;
}
