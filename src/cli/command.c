/* SPDX-License-Identifier: MIT */
/* The table of commands, and what --help says of each. */
#include "cli/command.h"

#include <string.h>

#include "cli/option_table.h"
#include "cli/units.h"

const cli_command commands[] = {
    {
        .name = "eval",
        .bit = ON_EVAL,
        .summary = "run one piece of code and print its value",
        .usage = "eval [OPTION...] [CODE]",
        .about =
            "Runs CODE, or standard input where there is none or it is '-', and prints the value\n"
            "of its last expression; of a module (it has import or export), its exports.\n"
            "Top-level await works. What the code prints with console goes to stderr.\n",
        .examples = "  qjspool eval '6 * 7'\n"
                    "  qjspool eval --timeout 200ms 'for (;;) {}'\n"
                    "  qjspool eval --globals '{\"name\": \"Ada\"}' '`Hello, ${name}`'\n"
                    "  qjspool eval --format text 'new Map([[1, { two: 3n }]])'\n"
                    "  echo 'await 1 + 1' | qjspool eval\n",
        .isolation = QJSP_ISOLATION_TASK,
        .run = command_eval,
    },
    {
        .name = "run",
        .bit = ON_RUN,
        .summary = "run files in parallel, a line of JSON for each",
        .usage = "run [OPTION...] FILE...",
        .about =
            "Runs each FILE as a task of its own, in parallel, and prints for each, in the order\n"
            "given, a line\n"
            "  {\"file\":...,\"ok\":true,\"value\":...,\"ms\":...}  or\n"
            "  {\"file\":...,\"ok\":false,\"error\":{\"name\":...,\"message\":...},\"ms\":...}\n"
            "as soon as it and those before it have ended. A summary follows on stderr.\n",
        .examples = "  qjspool run a.js b.js c.js\n"
                    "  qjspool run --timeout 2s --memory 16m submissions/*.js > results.ndjson\n"
                    "  qjspool run --bootstrap helpers.js tests/*.js | jq -c 'select(.ok | not)'\n",
        .isolation = QJSP_ISOLATION_TASK,
        .run = command_run,
    },
    {
        .name = "map",
        .bit = ON_MAP,
        .summary = "apply a function to every line of JSON",
        .usage = "map [OPTION...] (-e FUNCTION | -f FILE) [INPUT...]",
        .about =
            "Reads lines of JSON from each INPUT, or from standard input where there is none or\n"
            "it is '-', calls FUNCTION(record, index) with each, and prints what it returns as a\n"
            "line of JSON. undefined drops the record. Async functions are awaited. Records are\n"
            "worked on in parallel; order is kept, and memory stays bounded however long the\n"
            "input is. A record that hangs, or eats all memory, fails alone.\n",
        .examples =
            "  qjspool map -e 'r => r.n * 2' numbers.ndjson\n"
            "  qjspool map -e 'r => r.age >= 18 ? r : undefined' < people.ndjson\n"
            "  qjspool map -f score.js --on-error skip -v logs/*.ndjson > scores.ndjson\n"
            "  qjspool map -e '(r, i) => ({ i, ...r })' --timeout 100ms --isolation task -\n",
        .isolation = QJSP_ISOLATION_WORKER,
        .run = command_map,
    },
    {
        .name = "repl",
        .bit = ON_REPL,
        .summary = "try things out, line by line",
        .usage = "repl [OPTION...]",
        .about =
            "Reads JavaScript line by line, runs it in a session, where state stays, and shows what\n"
            "it comes to. An input may have many lines. Top-level await works, and names may be\n"
            "declared again. Tab completes names, Ctrl-C stops what runs, Ctrl-D ends. .help lists\n"
            "commands. From a pipe it reads the same, without prompts.\n",
        .examples = "  qjspool repl\n"
                    "  qjspool repl --mount /data=. --bootstrap helpers.js\n"
                    "  printf 'const a = 6\\na * 7\\n' | qjspool repl\n",
        .isolation = QJSP_ISOLATION_TASK,
        .run = command_repl,
    },
};

const size_t ncommands = sizeof commands / sizeof commands[0];

const cli_command *command_find(const char *name)
{
    for (size_t i = 0; i < ncommands; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

const char *command_guess(const char *name)
{
    size_t len = strlen(name), best = 3;
    const char *meant = NULL;

    for (size_t i = 0; i < ncommands; i++) {
        size_t distance = units_distance(name, len, commands[i].name);

        if (len >= 2 && strncmp(commands[i].name, name, len) == 0)
            return commands[i].name;
        /* of three letters one may be wrong, and not all */
        if (distance < best && distance < strlen(commands[i].name) - 1) {
            best = distance;
            meant = commands[i].name;
        }
    }
    return meant;
}
