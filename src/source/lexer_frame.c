/* SPDX-License-Identifier: MIT */
/* Opening and closing brackets. */
#include "source/lexer_frame.h"

#include <string.h>

#include "base/alloc.h"

static bool frames_grow(qjsp__lexer *lx)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    size_t cap = lx->frames_cap * 4;
    qjsp__lexer_frame *old = lx->frames == lx->first ? NULL : lx->frames;
    qjsp__lexer_frame *frames;

    frames = alloc->realloc(alloc->ud, old, cap * sizeof *frames);
    if (frames == NULL)
        return false;
    if (old == NULL)
        memcpy(frames, lx->first, sizeof lx->first);
    lx->frames = frames;
    lx->frames_cap = cap;
    return true;
}

void qjsp__frame_push(qjsp__lexer *lx, enum frame_kind kind, enum state after, unsigned flags)
{
    unsigned inherited = top(lx)->flags & FUNCTION_FLAGS;

    if (has_flag(lx, ASYNC_ARROW))
        inherited |= IN_ASYNC;
    if (lx->depth + 1 >= QJSP__LEXER_MAX_DEPTH ||
        (lx->depth + 1 == lx->frames_cap && !frames_grow(lx))) {
        lx->has_failed = true;
        return;
    }
    lx->depth++;
    *top(lx) = (qjsp__lexer_frame){
        .kind = (uint8_t)kind,
        .after = (uint8_t)after,
        .flags = (uint16_t)(inherited | flags),
    };
}

/* The braced body of a function; its statements know nothing of those outside. */
static void push_body(qjsp__lexer *lx, enum state after, unsigned flags)
{
    qjsp__frame_push(lx, STATEMENTS, after, 0);
    if (lx->has_failed)
        return;
    clear_flags(lx, FUNCTION_FLAGS);
    set_flags(lx, flags);
    begin_statement(lx, START);
}

static void open_object(qjsp__lexer *lx)
{
    bool is_finished =
        lx->is_binding || lx->state == FINISHED || lx->state == HEAD || has_flag(lx, IMPORTS);

    qjsp__frame_push(lx, OBJECT, is_finished ? FINISHED : OPERAND, AT_KEY);
    lx->is_binding = false;
    set_state(lx, OPERATOR);
}

static void open_class(qjsp__lexer *lx)
{
    top(lx)->kind = CLASS;
    begin_member(lx);
}

/* The flags that members have are made those of their bodies. */
static unsigned member_flags(qjsp__lexer *lx)
{
    return (has_flag(lx, ASYNC_MEMBER) ? IN_ASYNC : 0u) |
           (has_flag(lx, GENERATOR_MEMBER) ? IN_GENERATOR : 0u);
}

static void open_function_body(qjsp__lexer *lx)
{
    unsigned flags = top(lx)->flags & FUNCTION_FLAGS;
    enum state after = top(lx)->after;

    lx->depth--; /* the body takes the place of the head */
    push_body(lx, after, flags);
}

static void open_arrow_body(qjsp__lexer *lx)
{
    bool is_async = has_flag(lx, ASYNC_ARROW);

    clear_flags(lx, ASYNC_ARROW);
    push_body(lx, FINISHED, is_async ? IN_ASYNC : 0);
}

static void open_block_or_object(qjsp__lexer *lx)
{
    bool is_list = has_flag(lx, IMPORTS);

    if (is_list || (lx->state != START && lx->state != BODY && lx->state != OPERAND)) {
        open_object(lx);
        return;
    }
    /* Behind an operand it is the block of switch (...) or catch (...). */
    qjsp__frame_push(lx, STATEMENTS, START, 0);
    if (!lx->has_failed)
        begin_statement(lx, START);
}

void qjsp__frame_open_brace(qjsp__lexer *lx)
{
    enum frame_kind kind = top(lx)->kind;

    if (lx->state == ARROW)
        open_arrow_body(lx);
    else if (kind == FUNCTION_HEAD)
        open_function_body(lx);
    else if (kind == CLASS_HEAD && lx->state == OPERAND)
        open_class(lx);
    else if (kind == CLASS && has_flag(lx, AT_KEY))
        push_body(lx, START, member_flags(lx));
    else if (kind == OBJECT && has_flag(lx, AT_KEY))
        push_body(lx, OPERAND, member_flags(lx));
    else if (kind == STATEMENTS)
        open_block_or_object(lx);
    else
        open_object(lx);
}

void qjsp__frame_open_group(qjsp__lexer *lx)
{
    unsigned flags = 0;
    enum state after = OPERAND;

    if (lx->is_binding || lx->state == FINISHED)
        after = FINISHED;
    if (lx->state == HEAD) {
        after = BODY;
        flags = FOR_HEAD; /* of the others, none has `of` behind an operand */
    }
    if (lx->token.kind == '(' && lx->previous_word == QJSP__WORD_ASYNC) {
        flags |= ASYNC_ARGS;
        clear_flags(lx, ASYNC_MEMBER); /* a method called async */
    }
    qjsp__frame_push(lx, GROUP, after, flags);
    lx->is_binding = false;
    set_state(lx, OPERATOR);
}

void qjsp__frame_close(qjsp__lexer *lx)
{
    enum state after;

    while (lx->depth > 0 && (top(lx)->kind == FUNCTION_HEAD || top(lx)->kind == CLASS_HEAD))
        lx->depth--;
    if (lx->depth == 0) {
        set_state(lx, OPERAND);
        return;
    }
    after = top(lx)->after;
    lx->is_async = has_flag(lx, ASYNC_ARGS);
    lx->is_binding = false;
    lx->depth--;
    if (after != START && after != BODY)
        set_state(lx, after);
    else if (top(lx)->kind == CLASS)
        begin_member(lx);
    else
        begin_statement(lx, after);
}
