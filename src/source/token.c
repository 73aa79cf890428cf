/* SPDX-License-Identifier: MIT */
/* Characters to tokens; see token.h for what is left to the caller. */
#include "source/token.h"

#include <string.h>

enum { IDENT = 1, BLANK = 2, DIGIT = 4 };

/* What an ASCII byte can be part of. Bytes from 128 on are decoded. */
static const uint8_t classes[128] = {
    ['\t'] = BLANK,        ['\v'] = BLANK,        ['\f'] = BLANK,        [' '] = BLANK,
    ['$'] = IDENT,         ['_'] = IDENT,         ['0'] = IDENT | DIGIT, ['1'] = IDENT | DIGIT,
    ['2'] = IDENT | DIGIT, ['3'] = IDENT | DIGIT, ['4'] = IDENT | DIGIT, ['5'] = IDENT | DIGIT,
    ['6'] = IDENT | DIGIT, ['7'] = IDENT | DIGIT, ['8'] = IDENT | DIGIT, ['9'] = IDENT | DIGIT,
    ['a'] = IDENT,         ['b'] = IDENT,         ['c'] = IDENT,         ['d'] = IDENT,
    ['e'] = IDENT,         ['f'] = IDENT,         ['g'] = IDENT,         ['h'] = IDENT,
    ['i'] = IDENT,         ['j'] = IDENT,         ['k'] = IDENT,         ['l'] = IDENT,
    ['m'] = IDENT,         ['n'] = IDENT,         ['o'] = IDENT,         ['p'] = IDENT,
    ['q'] = IDENT,         ['r'] = IDENT,         ['s'] = IDENT,         ['t'] = IDENT,
    ['u'] = IDENT,         ['v'] = IDENT,         ['w'] = IDENT,         ['x'] = IDENT,
    ['y'] = IDENT,         ['z'] = IDENT,         ['A'] = IDENT,         ['B'] = IDENT,
    ['C'] = IDENT,         ['D'] = IDENT,         ['E'] = IDENT,         ['F'] = IDENT,
    ['G'] = IDENT,         ['H'] = IDENT,         ['I'] = IDENT,         ['J'] = IDENT,
    ['K'] = IDENT,         ['L'] = IDENT,         ['M'] = IDENT,         ['N'] = IDENT,
    ['O'] = IDENT,         ['P'] = IDENT,         ['Q'] = IDENT,         ['R'] = IDENT,
    ['S'] = IDENT,         ['T'] = IDENT,         ['U'] = IDENT,         ['V'] = IDENT,
    ['W'] = IDENT,         ['X'] = IDENT,         ['Y'] = IDENT,         ['Z'] = IDENT,
};

typedef struct word_entry {
    char text[11];
    uint8_t len;
} word_entry;

/* Sorted. ORDER qjsp__word, of which it leaves out the first. */
static const word_entry words[] = {
    { "async", 5 },   { "await", 5 },  { "break", 5 },    { "case", 4 },        { "catch", 5 },
    { "class", 5 },   { "const", 5 },  { "continue", 8 }, { "debugger", 8 },    { "default", 7 },
    { "delete", 6 },  { "do", 2 },     { "else", 4 },     { "enum", 4 },        { "export", 6 },
    { "extends", 7 }, { "false", 5 },  { "finally", 7 },  { "for", 3 },         { "function", 8 },
    { "if", 2 },      { "import", 6 }, { "in", 2 },       { "instanceof", 10 }, { "let", 3 },
    { "new", 3 },     { "null", 4 },   { "of", 2 },       { "return", 6 },      { "static", 6 },
    { "super", 5 },   { "switch", 6 }, { "this", 4 },     { "throw", 5 },       { "true", 4 },
    { "try", 3 },     { "typeof", 6 }, { "var", 3 },      { "void", 4 },        { "while", 5 },
    { "with", 4 },    { "yield", 5 },
};

/* Where the words of each first letter begin, from 'a'; none begins with z. */
static const uint8_t first_word[27] = { 0,  2,  3,  8,  12, 16, 20, 20, 20, 24, 24, 24, 25, 25,
                                        27, 28, 28, 28, 29, 32, 37, 37, 39, 41, 41, 42, 42 };

static uint8_t word_of(const uint8_t *text, size_t len)
{
    if (len < 2 || len > 10 || text[0] < 'a' || text[0] > 'z')
        return QJSP__WORD_NONE;
    for (unsigned i = first_word[text[0] - 'a']; i < first_word[text[0] - 'a' + 1]; i++) {
        if (words[i].len == len && memcmp(words[i].text, text, len) == 0)
            return (uint8_t)(i + 1);
    }
    return QJSP__WORD_NONE;
}

bool qjsp__word_is_reserved(uint8_t word)
{
    switch (word) {
    case QJSP__WORD_NONE:
    case QJSP__WORD_ASYNC:
    case QJSP__WORD_AWAIT:
    case QJSP__WORD_LET:
    case QJSP__WORD_OF:
    case QJSP__WORD_STATIC:
    case QJSP__WORD_YIELD: return false;
    default: return true;
    }
}

static size_t left(const qjsp__cursor *cur)
{
    return (size_t)(cur->end - cur->p);
}

/* The byte i ahead, or 0 at the end; a NUL in the source is no token either. */
static uint8_t peek(const qjsp__cursor *cur, size_t i)
{
    return i < left(cur) ? cur->p[i] : 0;
}

/* U+2028 and U+2029 end a line as \n does. */
static bool is_line_separator(const qjsp__cursor *cur)
{
    return peek(cur, 0) == 0xe2 && peek(cur, 1) == 0x80 && (peek(cur, 2) & 0xfe) == 0xa8;
}

/* Bytes of the newline at the cursor; 0: there is none. \r\n counts as two. */
static inline size_t newline_len(const qjsp__cursor *cur)
{
    uint8_t c = cur->p < cur->end ? *cur->p : 0;

    if (c == '\n' || c == '\r')
        return 1;
    return c == 0xe2 && is_line_separator(cur) ? 3 : 0;
}

/* Bytes of the blank at the cursor that is not ASCII: U+00A0, U+FEFF and
 * category Zs; 0: there is none. */
static size_t wide_blank_len(const qjsp__cursor *cur)
{
    uint8_t a = peek(cur, 0), b = peek(cur, 1), c = peek(cur, 2);

    if (a == 0xc2)
        return b == 0xa0 ? 2 : 0;
    if (a == 0xe2 && b == 0x80)
        return (c >= 0x80 && c <= 0x8a) || c == 0xaf ? 3 : 0;
    if ((a == 0xe1 && b == 0x9a && c == 0x80) || (a == 0xe2 && b == 0x81 && c == 0x9f) ||
        (a == 0xe3 && b == 0x80 && c == 0x80) || (a == 0xef && b == 0xbb && c == 0xbf))
        return 3;
    return 0;
}

static void skip_line(qjsp__cursor *cur)
{
    while (cur->p < cur->end && newline_len(cur) == 0)
        cur->p++;
}

/* True if the comment holds a newline, which then counts as one. */
static bool skip_block_comment(qjsp__cursor *cur)
{
    bool newline = false;

    for (cur->p += 2; cur->p < cur->end; cur->p++) {
        if (*cur->p == '*' && peek(cur, 1) == '/') {
            cur->p += 2;
            break;
        }
        if (newline_len(cur) != 0)
            newline = true;
    }
    return newline;
}

static bool starts_with(const qjsp__cursor *cur, const char *text, size_t len)
{
    return left(cur) >= len && memcmp(cur->p, text, len) == 0;
}

/* Skips one comment; false: there is none at the cursor. */
static bool skip_comment(qjsp__cursor *cur, bool *newline)
{
    if (*cur->p == '/' && peek(cur, 1) == '*') {
        if (skip_block_comment(cur))
            *newline = true;
        return true;
    }
    if ((*cur->p == '/' && peek(cur, 1) == '/') ||
        (cur->has_html_comments &&
         (starts_with(cur, "<!--", 4) || (*newline && starts_with(cur, "-->", 3))))) {
        skip_line(cur);
        return true;
    }
    return false;
}

/* A blank or a newline that is not ASCII; false: there is none at the cursor. */
static bool skip_wide_blank(qjsp__cursor *cur, bool *newline)
{
    size_t newline_bytes = newline_len(cur), bytes = newline_bytes;

    if (newline_bytes != 0)
        *newline = true;
    else
        bytes = wide_blank_len(cur);
    cur->p += bytes;
    return bytes != 0;
}

/* True if a newline was passed, or if this is the start of the source. */
static bool skip_blanks(qjsp__cursor *cur)
{
    bool newline = cur->p == cur->start;

    while (cur->p < cur->end) {
        uint8_t c = *cur->p;

        if (c < 128 && classes[c] == BLANK) {
            cur->p++;
        } else if (c == '\n' || c == '\r') {
            newline = true;
            cur->p++;
        } else if (c == '/' || c == '<' || c == '-') {
            if (!skip_comment(cur, &newline))
                break;
        } else if (c < 128 || !skip_wide_blank(cur, &newline)) {
            break;
        }
    }
    return newline;
}

/* Skips \uXXXX or \u{X...}, or just the backslash of what is neither. */
static void skip_name_escape(qjsp__cursor *cur)
{
    cur->p++;
    if (peek(cur, 0) != 'u')
        return;
    cur->p++;
    if (peek(cur, 0) != '{')
        return; /* the digits are identifier characters */
    while (cur->p < cur->end && *cur->p != '}' && newline_len(cur) == 0)
        cur->p++;
    if (cur->p < cur->end && *cur->p == '}')
        cur->p++;
}

/* Characters of names and numbers. Any that is not ASCII, nor a blank, may be one: the
 * compiler knows the tables of Unicode and refuses the others. True if an escape was met. */
static bool skip_name(qjsp__cursor *cur)
{
    bool has_escape = false;

    while (cur->p < cur->end) {
        uint8_t c = *cur->p;

        if (c < 128 && (classes[c] & IDENT) != 0) {
            cur->p++;
        } else if (c == '\\') {
            has_escape = true;
            skip_name_escape(cur);
        } else if (c >= 128 && newline_len(cur) == 0 && wide_blank_len(cur) == 0) {
            cur->p++;
        } else {
            break;
        }
    }
    return has_escape;
}

static void read_name(qjsp__cursor *cur, qjsp__token *tok)
{
    const uint8_t *from = cur->p;
    bool has_escape = skip_name(cur);

    tok->kind = QJSP__TOKEN_NAME;
    if (!has_escape)
        tok->word = word_of(from, (size_t)(cur->p - from));
}

/* `08.5` has a dot of its own, in `017.x` it is behind the number. */
static bool is_legacy_octal(const qjsp__cursor *cur)
{
    if (peek(cur, 0) != '0' || peek(cur, 1) < '0' || peek(cur, 1) > '7')
        return false;
    for (size_t i = 1; i < left(cur) && cur->p[i] >= '0' && cur->p[i] <= '9'; i++) {
        if (cur->p[i] > '7')
            return false;
    }
    return true;
}

/* 1..toString(): one dot belongs to a decimal number, and one sign to its exponent. */
static void read_number(qjsp__cursor *cur, qjsp__token *tok)
{
    uint8_t second = peek(cur, 1) | 0x20;
    bool has_radix = *cur->p == '0' && (second == 'x' || second == 'o' || second == 'b');
    bool may_have_dot = !has_radix && !is_legacy_octal(cur);

    tok->kind = QJSP__TOKEN_LITERAL;
    while (cur->p < cur->end) {
        uint8_t c = *cur->p;

        if (c == '.' && may_have_dot) {
            may_have_dot = false;
        } else if (!has_radix && (c | 0x20) == 'e' &&
                   (peek(cur, 1) == '+' || peek(cur, 1) == '-')) {
            cur->p++;
            may_have_dot = false;
        } else if (!has_radix && (c | 0x20) == 'e') {
            may_have_dot = false;
        } else if (c == 'n') {
            may_have_dot = false;
        } else if (c >= 128 || (classes[c] & IDENT) == 0) {
            break;
        }
        cur->p++;
    }
}

static void read_string(qjsp__cursor *cur, qjsp__token *tok)
{
    uint8_t quote = *cur->p++;

    tok->kind = QJSP__TOKEN_STRING;
    while (cur->p < cur->end && *cur->p != '\n' && *cur->p != '\r') {
        uint8_t c = *cur->p++;

        if (c == quote)
            return;
        if (c != '\\' || cur->p == cur->end)
            continue;
        cur->p += *cur->p == '\r' && peek(cur, 1) == '\n' ? 2 : 1;
    }
}

/* The cursor is behind the backtick or the closing brace. */
static void read_template_text(qjsp__cursor *cur, qjsp__token *tok)
{
    tok->kind = QJSP__TOKEN_TEMPLATE;
    while (cur->p < cur->end) {
        uint8_t c = *cur->p++;

        if (c == '`')
            return;
        if (c == '$' && peek(cur, 0) == '{') {
            cur->p++;
            tok->kind = QJSP__TOKEN_TEMPLATE_OPEN;
            return;
        }
        if (c == '\\' && cur->p < cur->end)
            cur->p++;
    }
}

static void read_regexp(qjsp__cursor *cur, qjsp__token *tok)
{
    bool in_class = false;

    tok->kind = QJSP__TOKEN_LITERAL;
    for (cur->p++; cur->p < cur->end && newline_len(cur) == 0; cur->p++) {
        uint8_t c = *cur->p;

        if (c == '\\' && left(cur) > 1) {
            cur->p++;
            if (newline_len(cur) != 0)
                return;
        } else if (c == '[') {
            in_class = true;
        } else if (c == ']') {
            in_class = false;
        } else if (c == '/' && !in_class) {
            cur->p++;
            skip_name(cur); /* the flags */
            return;
        }
    }
}

/* How many characters of a punctuator that begins with c, of which `run` are
 * the same and an equals sign may follow. */
static size_t repeated_len(const qjsp__cursor *cur, size_t run)
{
    size_t len = 1;

    while (len < run && peek(cur, len) == *cur->p)
        len++;
    return len + (peek(cur, len) == '=' ? 1 : 0);
}

static void set_operator(qjsp__cursor *cur, qjsp__token *tok, size_t len)
{
    tok->kind = len == 1 ? *cur->p : (uint8_t)QJSP__TOKEN_OPERATOR;
    cur->p += len;
}

static void set_kind(qjsp__cursor *cur, qjsp__token *tok, qjsp__token_kind kind, size_t len)
{
    tok->kind = (uint8_t)kind;
    cur->p += len;
}

static void read_question(qjsp__cursor *cur, qjsp__token *tok)
{
    bool is_digit = peek(cur, 2) >= '0' && peek(cur, 2) <= '9';

    if (peek(cur, 1) == '.' && !is_digit)
        set_kind(cur, tok, QJSP__TOKEN_CHAIN, 2);
    else
        set_operator(cur, tok, peek(cur, 1) == '?' ? repeated_len(cur, 2) : 1);
}

static void read_equals(qjsp__cursor *cur, qjsp__token *tok)
{
    if (peek(cur, 1) == '>')
        set_kind(cur, tok, QJSP__TOKEN_ARROW, 2);
    else if (peek(cur, 1) == '=')
        set_kind(cur, tok, QJSP__TOKEN_OPERATOR, peek(cur, 2) == '=' ? 3 : 2);
    else
        set_operator(cur, tok, 1);
}

static void read_punctuator(qjsp__cursor *cur, qjsp__token *tok)
{
    uint8_t c = *cur->p;

    switch (c) {
    case '+':
    case '-':
        if (peek(cur, 1) == c)
            set_kind(cur, tok, QJSP__TOKEN_STEP, 2);
        else
            set_operator(cur, tok, repeated_len(cur, 1));
        break;
    case '?': read_question(cur, tok); break;
    case '=': read_equals(cur, tok); break;
    case '!': set_operator(cur, tok, peek(cur, 1) != '=' ? 1 : peek(cur, 2) == '=' ? 3 : 2); break;
    case '.': set_operator(cur, tok, peek(cur, 1) == '.' && peek(cur, 2) == '.' ? 3 : 1); break;
    case '*':
    case '&':
    case '|':
    case '<': set_operator(cur, tok, repeated_len(cur, 2)); break;
    case '>': set_operator(cur, tok, repeated_len(cur, 3)); break;
    case '/':
    case '%':
    case '^': set_operator(cur, tok, repeated_len(cur, 1)); break;
    default:
        /* A NUL byte must not look like the end. */
        tok->kind = c == 0 ? (uint8_t)QJSP__TOKEN_OPERATOR : c;
        cur->p++;
        break;
    }
}

static void read_token(qjsp__cursor *cur, qjsp__token *tok, bool may_be_regexp)
{
    uint8_t c = *cur->p;

    if (c >= 128 || c == '\\' || c == '#') {
        cur->p += c == '#';
        read_name(cur, tok);
        if (c == '#')
            tok->word = QJSP__WORD_NONE;
    } else if ((classes[c] & DIGIT) != 0 ||
               (c == '.' && peek(cur, 1) >= '0' && peek(cur, 1) <= '9')) {
        read_number(cur, tok);
    } else if ((classes[c] & IDENT) != 0) {
        read_name(cur, tok);
    } else if (c == '"' || c == '\'') {
        read_string(cur, tok);
    } else if (c == '`') {
        cur->p++;
        read_template_text(cur, tok);
    } else if (c == '/' && may_be_regexp) {
        read_regexp(cur, tok);
    } else {
        read_punctuator(cur, tok);
    }
}

void qjsp__cursor_init(qjsp__cursor *cur, qjsp_bytes source)
{
    const uint8_t *start = source.len == 0 ? (const uint8_t *)"" : source.data;

    *cur = (qjsp__cursor){
        .start = start,
        .p = start,
        .end = start + source.len,
        .has_html_comments = true,
    };
    if (starts_with(cur, "#!", 2))
        skip_line(cur);
}

void qjsp__token_read(qjsp__cursor *cur, qjsp__token *tok, bool may_be_regexp)
{
    *tok = (qjsp__token){ .after_newline = skip_blanks(cur) };
    tok->start = (size_t)(cur->p - cur->start);
    if (cur->p < cur->end)
        read_token(cur, tok, may_be_regexp);
    tok->end = (size_t)(cur->p - cur->start);
}

void qjsp__token_read_template(qjsp__cursor *cur, qjsp__token *tok)
{
    read_template_text(cur, tok);
    tok->end = (size_t)(cur->p - cur->start);
}
