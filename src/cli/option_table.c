/* SPDX-License-Identifier: MIT */
/* The rows of option_table.h, in the order in which help shows them. */
#include "cli/option_table.h"

/* ORDER value_format, on_error, qjsp_isolation */
static const char *const formats[] = { "json", "text", "cbor", NULL };
static const char *const on_errors[] = { "fail", "skip", "emit", NULL };
static const char *const isolations[] = { "task", "worker", NULL };

#define AT(field) offsetof(options, field)

const option_spec option_table[] = {
    { 'e', "expression", "FUNCTION", OPTION_TEXT, ON_MAP, AT(function), 0, 0,
      "the function, such as 'r => r.n * 2'", NULL },
    { 'f', "file", "FILE", OPTION_TEXT, ON_MAP, AT(file), 0, 0,
      "a file whose last value, or default export, is the function", NULL },
    { 'f', "file", "FILE", OPTION_TEXT, ON_EVAL, AT(file), 0, 0, "read the code from FILE", NULL },
    { 0, "format", "FORMAT", OPTION_CHOICE, ON_EVAL, AT(format), 0, 0,
      "json (default), text as a console shows it, or cbor", formats },
    { 0, "unordered", NULL, OPTION_FLAG, ON_MAP, AT(is_unordered), 0, 0,
      "write results as they come, not in the order of the input", NULL },
    { 0, "on-error", "MODE", OPTION_CHOICE, ON_MAP, AT(on_error), 0, 0,
      "fail: stop at the first (default); skip: leave out;\nemit: an error line in its place",
      on_errors },
    { 0, "max-line", "SIZE", OPTION_SIZE, ON_MAP, AT(max_line), 0, 1,
      "longest line of input (default 16m)", NULL },
    { 0, "no-progress", NULL, OPTION_FLAG, ON_MAP, AT(no_progress), 0, 0,
      "no progress line, even on a terminal", NULL },

    { 'j', "jobs", "N", OPTION_COUNT, ON_RUN | ON_MAP, AT(workers), 0, 1,
      "workers (default: one for each CPU)", NULL },
    { 't', "timeout", "TIME", OPTION_DURATION, ON_EVAL | ON_RUN | ON_REPL, AT(timeout_ms), 0, 0,
      "for each task: 500, 500ms, 2s, 1m (default 30s; 0: none)", NULL },
    { 't', "timeout", "TIME", OPTION_DURATION, ON_MAP, AT(timeout_ms), 0, 0,
      "for each record: 500, 500ms, 2s, 1m (default 30s; 0: none)", NULL },
    { 'm', "memory", "SIZE", OPTION_SIZE, ON_ALL, AT(memory), 0, 1 << 20,
      "of each worker's realm, hard: 8m, 1g (default 64m)", NULL },
    { 0, "stack", "SIZE", OPTION_SIZE, ON_ALL, AT(stack), 0, 64 << 10,
      "for calls inside calls (default 512k)", NULL },
    { 'b', "bootstrap", "FILE", OPTION_TEXT, ON_ALL, AT(bootstrap), 0, 0,
      "run FILE once in each worker; every task finds what it made", NULL },
    { 'g', "globals", "JSON", OPTION_TEXT, ON_ALL, AT(globals), 0, 0,
      "an object whose properties become globals", NULL },
    { 0, "mount", "PATH=WHAT", OPTION_MOUNT, ON_ALL, AT(mounts), 0, 0,
      "files for the code: /data=DIR, /data=DIR:ro (read-only),\nor /tmp=memory[:SIZE]; may be given again",
      NULL },
    { 0, "isolation", "MODE", OPTION_CHOICE, ON_EVAL | ON_RUN, AT(isolation), 0, 0,
      "task: a clean realm for each task (default);\nworker: state stays from task to task",
      isolations },
    { 0, "isolation", "MODE", OPTION_CHOICE, ON_MAP, AT(isolation), 0, 0,
      "worker: state stays from record to record (default);\ntask: a clean realm for each record",
      isolations },
    { 0, "queue", "N", OPTION_COUNT, ON_RUN | ON_MAP, AT(queue), 0, 1,
      "tasks under way at a time, at most (default 1024)", NULL },
    { 0, "seed", "N", OPTION_SEED, ON_ALL, AT(seed), AT(has_seed), 0,
      "the same Math.random() on every run", NULL },
    { 0, "clock", "TIME", OPTION_CLOCK, ON_ALL, AT(clock_ms), AT(has_clock), 0,
      "a clock that stands still: 2026-01-31T12:00:00Z, or ms", NULL },
    { 0, "history", "FILE", OPTION_TEXT, ON_REPL, AT(history), 0, 0,
      "where lines are kept; '' keeps none (default $QJSPOOL_HISTORY, or\n"
      "qjspool/history in $XDG_STATE_HOME or ~/.local/state)",
      NULL },
    { 0, "no-color", NULL, OPTION_FLAG, ON_REPL, AT(no_color), 0, 0,
      "no colours (nor with $NO_COLOR set)", NULL },
    { 0, "stats", NULL, OPTION_FLAG, ON_ALL, AT(wants_stats), 0, 0,
      "a table of counts and times on stderr at the end", NULL },
    { 'v', "verbose", NULL, OPTION_FLAG, ON_ALL, AT(is_verbose), 0, 0, "say more on stderr", NULL },
    { 'h', "help", NULL, OPTION_FLAG, ON_ALL | ON_NONE, AT(wants_help), 0, 0, "this text", NULL },
    { 'V', "version", NULL, OPTION_FLAG, ON_ALL | ON_NONE, AT(wants_version), 0, 0,
      "versions of qjspool and of its engine", NULL },
};

const size_t noption_table = sizeof option_table / sizeof option_table[0];
