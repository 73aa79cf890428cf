/* SPDX-License-Identifier: MIT */
/* One token at a time through the grammar; the theory is in lexer.h. */
#include "source/lexer.h"

#include "base/alloc.h"
#include "source/lexer_frame.h"

/* An operand ends here; where no operator may follow one, it is finished. */
static void end_operand(qjsp__lexer *lx)
{
    if (lx->is_binding || lx->state == FINISHED)
        set_state(lx, FINISHED);
    else
        set_state(lx, OPERAND);
    lx->is_binding = false;
}

static bool may_begin_regexp(const qjsp__lexer *lx)
{
    return lx->state != OPERAND && lx->state != PROPERTY;
}

/* Reserved words that go on with an expression. */
static bool is_infix_word(const qjsp__token *tok)
{
    return tok->word == QJSP__WORD_IN || tok->word == QJSP__WORD_INSTANCEOF;
}

/* May this token stand behind an operand only if a semicolon is between them? */
static bool begins_operand(const qjsp__token *tok)
{
    switch (tok->kind) {
    case QJSP__TOKEN_NAME: return !is_infix_word(tok);
    case QJSP__TOKEN_STRING:
    case QJSP__TOKEN_LITERAL:
    case QJSP__TOKEN_STEP:
    case '{':
    case '!':
    case '~':
    case '@': return true;
    default: return false;
    }
}

/* May this token follow a binding, the body of an arrow function, and the like? */
static bool goes_on(const qjsp__token *tok)
{
    switch (tok->kind) {
    case QJSP__TOKEN_END:
    case ',':
    case ';':
    case ':':
    case ')':
    case ']':
    case '}':
    case '=': return true;
    default: return false;
    }
}

/* Does the newline before the token end the statement or the field? */
static bool newline_ends(qjsp__lexer *lx, const qjsp__token *tok)
{
    if (top(lx)->kind == CLASS && has_flag(lx, AT_KEY))
        return false;
    switch (lx->state) {
    case OPERAND: return begins_operand(tok);
    case FINISHED: return !goes_on(tok);
    case OPERATOR: return lx->is_restricted && tok->kind != '}' && tok->kind != ';';
    default: return false;
    }
}

static void insert_semicolon(qjsp__lexer *lx, const qjsp__token *tok)
{
    enum frame_kind kind = top(lx)->kind;

    if (!tok->after_newline || (kind != STATEMENTS && kind != CLASS) || !newline_ends(lx, tok))
        return;
    if (kind == CLASS)
        begin_member(lx);
    else
        begin_statement(lx, START);
}

/* The token after the one just read. */
static qjsp__token look_ahead(const qjsp__lexer *lx)
{
    qjsp__cursor cursor = lx->cursor;
    qjsp__token next;

    qjsp__token_read(&cursor, &next, false);
    return next;
}

static bool is_variable_name(const qjsp__lexer *lx, const qjsp__token *tok)
{
    return tok->kind == QJSP__TOKEN_NAME && !qjsp__word_is_reserved(tok->word) &&
           lx->cursor.start[tok->start] != '#';
}

static bool at_declaration(const qjsp__lexer *lx)
{
    return lx->state == START || lx->state == BODY || lx->previous_word == QJSP__WORD_DEFAULT ||
           lx->previous_word == QJSP__WORD_EXPORT;
}

static void read_function(qjsp__lexer *lx)
{
    enum state after = at_declaration(lx) ? START : OPERAND;

    if (lx->is_binding || lx->state == FINISHED)
        after = FINISHED;
    qjsp__frame_push(lx, FUNCTION_HEAD, after, 0);
    if (lx->has_failed)
        return;
    clear_flags(lx, FUNCTION_FLAGS);
    set_flags(lx, lx->is_async ? IN_ASYNC : 0);
    set_state(lx, OPERAND);
}

static void read_class(qjsp__lexer *lx)
{
    enum state after = OPERAND;

    if (at_declaration(lx)) {
        qjsp__token next = look_ahead(lx);

        after = START;
        lx->declares = is_variable_name(lx, &next);
    }
    qjsp__frame_push(lx, CLASS_HEAD, after, 0);
    set_state(lx, OPERAND);
}

static void read_binding_list(qjsp__lexer *lx)
{
    set_flags(lx, DECLARES);
    lx->is_binding = true;
    set_state(lx, OPERATOR);
}

/* `let` is a name in sloppy code, unless what follows can be a binding. */
static void read_let(qjsp__lexer *lx)
{
    bool is_group = top(lx)->kind == GROUP && lx->state == OPERATOR;
    qjsp__token next;

    if (lx->state != START && lx->state != BODY && !is_group) {
        end_operand(lx);
        return;
    }
    next = look_ahead(lx);
    if (next.kind == '[' || next.kind == '{' || is_variable_name(lx, &next)) {
        lx->declares = !is_group;
        read_binding_list(lx);
    } else {
        end_operand(lx);
    }
}

static void read_import(qjsp__lexer *lx)
{
    qjsp__token next = look_ahead(lx);

    if (next.kind == '(' || next.kind == '.' || lx->state != START || lx->depth != 0) {
        end_operand(lx);
        return;
    }
    lx->is_module = true;
    lx->cursor.has_html_comments = false;
    set_flags(lx, IMPORTS);
    set_state(lx, OPERATOR);
}

static void read_export(qjsp__lexer *lx)
{
    qjsp__token next;

    if (lx->state != START || lx->depth != 0) {
        end_operand(lx);
        return;
    }
    next = look_ahead(lx);
    lx->is_module = true;
    lx->cursor.has_html_comments = false;
    if (next.kind == '{' || next.kind == '*') {
        set_flags(lx, IMPORTS);
        set_state(lx, OPERATOR);
    }
}

static void read_async(qjsp__lexer *lx)
{
    qjsp__token next = look_ahead(lx);

    lx->is_async = !next.after_newline;
    if (next.word != QJSP__WORD_FUNCTION || next.after_newline)
        end_operand(lx);
    else if (at_declaration(lx))
        set_state(lx, START); /* also behind export default */
}

static void read_await(qjsp__lexer *lx)
{
    if (lx->state == HEAD)
        return; /* for await ( */
    if (has_flag(lx, IN_ASYNC | ASYNC_ARROW) && !lx->is_binding)
        set_state(lx, OPERATOR);
    else
        end_operand(lx);
}

static void read_yield(qjsp__lexer *lx)
{
    if (!has_flag(lx, IN_GENERATOR)) {
        end_operand(lx);
        return;
    }
    set_state(lx, OPERATOR);
    lx->is_restricted = true;
}

static void read_of(qjsp__lexer *lx)
{
    if (has_flag(lx, FOR_HEAD) && (lx->state == OPERAND || lx->state == FINISHED))
        set_state(lx, OPERATOR);
    else
        end_operand(lx);
}

static void read_head_word(qjsp__lexer *lx)
{
    /* Behind an operand it is the `with` of an import. */
    if (lx->state == START || lx->state == BODY)
        set_state(lx, HEAD);
}

static void read_keyword(qjsp__lexer *lx)
{
    switch (lx->token.word) {
    case QJSP__WORD_IF:
    case QJSP__WORD_FOR:
    case QJSP__WORD_WHILE:
    case QJSP__WORD_WITH: read_head_word(lx); break;
    case QJSP__WORD_ELSE:
    case QJSP__WORD_DO:
    case QJSP__WORD_TRY:
    case QJSP__WORD_CATCH:
    case QJSP__WORD_FINALLY: begin_statement(lx, BODY); break;
    case QJSP__WORD_RETURN:
    case QJSP__WORD_THROW:
        set_state(lx, OPERATOR);
        lx->is_restricted = true;
        break;
    case QJSP__WORD_BREAK:
    case QJSP__WORD_CONTINUE:
    case QJSP__WORD_DEBUGGER: set_state(lx, FINISHED); break;
    case QJSP__WORD_VAR: read_binding_list(lx); break;
    case QJSP__WORD_CONST:
        lx->declares = lx->state == START || lx->state == BODY;
        read_binding_list(lx);
        break;
    case QJSP__WORD_CASE:
    case QJSP__WORD_DEFAULT:
    case QJSP__WORD_DELETE:
    case QJSP__WORD_EXTENDS:
    case QJSP__WORD_IN:
    case QJSP__WORD_INSTANCEOF:
    case QJSP__WORD_NEW:
    case QJSP__WORD_SWITCH:
    case QJSP__WORD_TYPEOF:
    case QJSP__WORD_VOID: set_state(lx, OPERATOR); break;
    default: end_operand(lx); break;
    }
}

static void read_word(qjsp__lexer *lx)
{
    switch (lx->token.word) {
    case QJSP__WORD_NONE: end_operand(lx); break;
    case QJSP__WORD_FUNCTION: read_function(lx); break;
    case QJSP__WORD_CLASS: read_class(lx); break;
    case QJSP__WORD_LET: read_let(lx); break;
    case QJSP__WORD_IMPORT: read_import(lx); break;
    case QJSP__WORD_EXPORT: read_export(lx); break;
    case QJSP__WORD_ASYNC: read_async(lx); break;
    case QJSP__WORD_AWAIT: read_await(lx); break;
    case QJSP__WORD_YIELD: read_yield(lx); break;
    case QJSP__WORD_OF: read_of(lx); break;
    default: read_keyword(lx); break;
    }
}

/* A key, or a modifier of one: async\nkey is a field called async. */
static void read_key(qjsp__lexer *lx)
{
    if (lx->token.after_newline)
        clear_flags(lx, MEMBER_FLAGS);
    if (lx->token.word == QJSP__WORD_ASYNC)
        set_flags(lx, ASYNC_MEMBER);
    set_state(lx, OPERAND);
}

static void read_name(qjsp__lexer *lx)
{
    enum frame_kind kind = top(lx)->kind;

    if (lx->state == PROPERTY) {
        lx->is_property = true;
        set_state(lx, OPERAND);
    } else if ((kind == OBJECT || kind == CLASS) && has_flag(lx, AT_KEY)) {
        read_key(lx);
    } else if (has_flag(lx, IMPORTS)) {
        return; /* a name, as, from: none of them ends it */
    } else if (kind == FUNCTION_HEAD) {
        set_state(lx, OPERAND); /* yield and await may be names here */
    } else {
        read_word(lx);
    }
}

static void read_closing_brace(qjsp__lexer *lx)
{
    if (top(lx)->kind != TEMPLATE) {
        qjsp__frame_close(lx);
        return;
    }
    qjsp__token_read_template(&lx->cursor, &lx->token);
    set_state(lx, OPERATOR);
    if (lx->token.kind == QJSP__TOKEN_TEMPLATE)
        qjsp__frame_close(lx);
}

static void read_comma(qjsp__lexer *lx)
{
    if (top(lx)->kind == OBJECT) {
        set_flags(lx, AT_KEY);
        clear_flags(lx, MEMBER_FLAGS);
    }
    clear_flags(lx, ASYNC_ARROW);
    lx->is_binding = has_flag(lx, DECLARES);
    set_state(lx, OPERATOR);
}

static void read_semicolon(qjsp__lexer *lx)
{
    enum frame_kind kind = top(lx)->kind;

    if (kind == CLASS)
        begin_member(lx);
    else
        begin_statement(lx, kind == STATEMENTS ? START : OPERATOR);
}

static void read_colon(qjsp__lexer *lx)
{
    qjsp__lexer_frame *frame = top(lx);

    set_state(lx, OPERATOR);
    if (frame->questions > 0)
        frame->questions--;
    else if (frame->kind == STATEMENTS)
        begin_statement(lx, BODY); /* behind a label or a case */
    else if (frame->kind == OBJECT)
        clear_flags(lx, AT_KEY);
}

static void read_star(qjsp__lexer *lx)
{
    enum frame_kind kind = top(lx)->kind;

    if (kind == FUNCTION_HEAD) {
        set_flags(lx, IN_GENERATOR);
        return;
    }
    if (has_flag(lx, AT_KEY) && (kind == CLASS || kind == OBJECT))
        set_flags(lx, GENERATOR_MEMBER);
    set_state(lx, OPERATOR);
}

static void read_arrow(qjsp__lexer *lx, bool is_async)
{
    clear_flags(lx, ASYNC_ARROW); /* of the arrow function around it */
    set_flags(lx, is_async ? ASYNC_ARROW : 0);
    set_state(lx, ARROW);
}

static void read_step(qjsp__lexer *lx)
{
    if (lx->state != OPERAND)
        set_state(lx, OPERATOR);
}

static void read_literal(qjsp__lexer *lx)
{
    if (has_flag(lx, IMPORTS) && lx->token.kind == QJSP__TOKEN_STRING)
        set_state(lx, FINISHED);
    else
        end_operand(lx);
}

static void read_punctuator(qjsp__lexer *lx)
{
    switch (lx->token.kind) {
    case '{': qjsp__frame_open_brace(lx); break;
    case '(':
    case '[': qjsp__frame_open_group(lx); break;
    case '}': read_closing_brace(lx); break;
    case ')':
    case ']': qjsp__frame_close(lx); break;
    case ',': read_comma(lx); break;
    case ';': read_semicolon(lx); break;
    case ':': read_colon(lx); break;
    case '*': read_star(lx); break;
    case '.':
    case QJSP__TOKEN_CHAIN: set_state(lx, PROPERTY); break;
    case '?':
        top(lx)->questions++;
        set_state(lx, OPERATOR);
        break;
    case '=':
        clear_flags(lx, AT_KEY);
        set_state(lx, OPERATOR);
        break;
    default:
        if (top(lx)->kind == OBJECT)
            clear_flags(lx, AT_KEY); /* behind ... stands an expression */
        set_state(lx, OPERATOR);
        break;
    }
}

static void read_token(qjsp__lexer *lx, bool is_async)
{
    switch (lx->token.kind) {
    case QJSP__TOKEN_NAME:
        /* In `async x =>` the word still counts behind x. */
        lx->is_async = is_async && !lx->token.after_newline;
        read_name(lx);
        break;
    case QJSP__TOKEN_STRING:
    case QJSP__TOKEN_LITERAL:
    case QJSP__TOKEN_TEMPLATE: read_literal(lx); break;
    case QJSP__TOKEN_TEMPLATE_OPEN:
        qjsp__frame_push(lx, TEMPLATE, OPERAND, 0);
        set_state(lx, OPERATOR);
        break;
    case QJSP__TOKEN_STEP: read_step(lx); break;
    case QJSP__TOKEN_ARROW: read_arrow(lx, is_async); break;
    default: read_punctuator(lx); break;
    }
}

static qjsp__stand stand_of(qjsp__lexer *lx)
{
    if (top(lx)->kind != STATEMENTS || has_flag(lx, IMPORTS))
        return QJSP__STAND_WITHIN;
    if (lx->state == BODY)
        return QJSP__STAND_BODY;
    return lx->state == START ? QJSP__STAND_STARTS : QJSP__STAND_WITHIN;
}

void qjsp__lexer_init(qjsp__lexer *lx, qjsp_bytes source)
{
    lx->token = (qjsp__token){ 0 };
    lx->stand = QJSP__STAND_WITHIN;
    lx->token_depth = lx->depth = 0;
    lx->declares = lx->is_module = lx->has_failed = false;
    lx->state = START;
    lx->previous_word = QJSP__WORD_NONE;
    lx->is_restricted = lx->is_binding = lx->is_async = lx->is_property = false;
    lx->frames = lx->first; /* the others are written before they are read */
    lx->frames_cap = QJSP__LEXER_FIRST_FRAMES;
    /* A program that holds the word await is compiled so that it may await. */
    lx->first[0] = (qjsp__lexer_frame){ .kind = STATEMENTS, .after = START, .flags = IN_ASYNC };
    qjsp__cursor_init(&lx->cursor, source);
}

void qjsp__lexer_fini(qjsp__lexer *lx)
{
    if (lx->frames != lx->first)
        qjsp__free(qjsp_alloc_default(), lx->frames);
    lx->frames = lx->first;
    lx->frames_cap = QJSP__LEXER_FIRST_FRAMES;
}

bool qjsp__lexer_next(qjsp__lexer *lx)
{
    bool is_async = lx->is_async;

    if (lx->has_failed)
        return false;
    lx->previous_word = lx->is_property ? QJSP__WORD_NONE : lx->token.word;
    qjsp__token_read(&lx->cursor, &lx->token, may_begin_regexp(lx));
    insert_semicolon(lx, &lx->token);
    lx->is_restricted = lx->is_async = lx->is_property = lx->declares = false;
    lx->stand = stand_of(lx);
    lx->token_depth = lx->depth;
    if (lx->token.kind == QJSP__TOKEN_END)
        return false;
    read_token(lx, is_async);
    return !lx->has_failed;
}
